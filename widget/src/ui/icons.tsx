import type { VNode } from "preact";

function icon(path: string): () => VNode {
  return () => (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export const CloseIcon = icon("M6 6l12 12M18 6L6 18");
export const SendIcon = icon("M4 12l16-8-6 16-3-7zM11 13l9-9");
export const EndIcon = icon("M10 4H5v16h5M14 8l4 4-4 4M18 12H9");
export const HumanIcon = icon("M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.6-6 8-6s8 2 8 6");
export const BotIcon = icon("M5 8h14v11H5zM12 8V4M9 13v1M15 13v1M2 13v2M22 13v2");
export const DownIcon = icon("M12 5v14M6 13l6 6 6-6");
export const GiftIcon = icon("M4 12v8h16v-8M3 8h18v4H3zM12 8v12M12 8S9 3 7 5s1 3 5 3zM12 8s3-5 5-3-1 3-5 3z");
