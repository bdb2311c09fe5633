/** Runs `work` in one tab at a time, where the browser has locks; they are missing outside secure contexts. */
export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request("kulanz", work) : await work();
}
