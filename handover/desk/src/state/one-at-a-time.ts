/** `work`, one at a time, and once more for whoever asked meanwhile: an older answer never follows a newer one. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let wanted = false;

  async function run(): Promise<void> {
    try {
      while (wanted) {
        wanted = false;
        await work();
      }
    } finally {
      running = undefined;
    }
  }
  return () => {
    wanted = true;
    return (running ??= run());
  };
}
