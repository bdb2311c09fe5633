import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Box } from "./files";

/** Dots a CSS pixel: sharp on most screens, and no more memory than that. */
const DENSITY = 2;

interface PictureProps {
  box: Box;
  /** What it shows, for whoever does not see it. */
  label: string;
  failed: string;
  load(): Promise<Blob>;
}

/**
 * The preview of a picture, drawn on a canvas: the page's policy may forbid images of unnamed origin, and a picture that
 * is drawn can run nothing. Fetched when it comes into sight; its room is there from the start.
 */
export function Picture({ box, label, failed, load }: PictureProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<"waiting" | "shown" | "failed">("waiting");

  useLayoutEffect(() => {
    if (canvas.current) canvas.current.style.width = `${box.width}px`; // through the object model, which a strict CSP allows
  }, [box.width]);
  useEffect(() => {
    const target = canvas.current;
    if (!target) return;
    let isGone = false;
    const stop = whenSeen(target, () => {
      draw(target, load).then(
        () => isGone || setState("shown"),
        () => isGone || setState("failed"),
      );
    });
    return () => {
      isGone = true;
      stop();
    };
  }, []);

  if (state === "failed") return <p class="picture-failed">{failed}</p>;
  return (
    <canvas
      ref={canvas}
      class="picture"
      width={box.width * DENSITY}
      height={box.height * DENSITY}
      role="img"
      aria-label={label}
      data-testid="picture"
      data-state={state}
    />
  );
}

async function draw(canvas: HTMLCanvasElement, load: () => Promise<Blob>): Promise<void> {
  const { width, height } = canvas;
  const size = { resizeWidth: width, resizeHeight: height, resizeQuality: "medium" } as const;
  const bitmap = await createImageBitmap(await load(), size);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
}

function whenSeen(element: Element, then: () => void): () => void {
  const watcher = new IntersectionObserver((seen) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
    watcher.disconnect();
    then();
  });
  watcher.observe(element);
  return () => watcher.disconnect();
}
