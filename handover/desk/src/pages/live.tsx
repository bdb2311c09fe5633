export function LivePage() {
  return <main id="content" class="page" tabIndex={-1} />;
}
