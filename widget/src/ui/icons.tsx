import type { VNode } from "preact";

function icon(path: string): () => VNode {
  return () => (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export const BackIcon = icon("M20 12H5M11 5l-7 7 7 7");
export const CloseIcon = icon("M6 6l12 12M18 6L6 18");
export const MenuIcon = icon("M12 4.5a.9.9 0 1 1-.01 0zM12 11.1a.9.9 0 1 1-.01 0zM12 17.7a.9.9 0 1 1-.01 0z");
export const CheckIcon = icon("M5 12l5 5 9-10");
export const SendIcon = icon("M4 12l16-8-6 16-3-7zM11 13l9-9");
export const HumanIcon = icon("M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.6-6 8-6s8 2 8 6");
export const BotIcon = icon("M5 8h14v11H5zM12 8V4M9 13v1M15 13v1M2 13v2M22 13v2");
export const FileIcon = icon("M6 3h8l4 4v14H6zM14 3v4h4M12 11v6M9 14l3 3 3-3");
export const ClipIcon = icon("M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8L10 17a1.7 1.7 0 0 1-2.4-2.4l7.4-7.4");
export const ThumbUpIcon = icon("M7 11v9H4v-9zM7 11l4-8c2 0 3 1.500 2.500 3.500L13 9h5.500c1.500 0 2 1 1.700 2.200l-1.700 7.300c-.2 1-1 1.500-2 1.500H7");
export const ThumbDownIcon = icon("M7 13V4H4v9zM7 13l4 8c2 0 3-1.500 2.500-3.500L13 15h5.500c1.500 0 2-1 1.700-2.200l-1.700-7.300c-.2-1-1-1.500-2-1.500H7");
export const DownIcon = icon("M12 5v14M6 13l6 6 6-6");
export const GiftIcon = icon("M4 12v8h16v-8M3 8h18v4H3zM12 8v12M12 8S9 3 7 5s1 3 5 3zM12 8s3-5 5-3-1 3-5 3z");
export const AlertIcon = icon("M12 4l9 16H3zM12 10v4M12 17v.01");
export const BillIcon = icon("M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6");
export const BoxIcon = icon("M4 8l8-4 8 4v9l-8 4-8-4zM4 8l8 4 8-4M12 12v9");
