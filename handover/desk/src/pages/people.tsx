export function PeoplePage() {
  return <main id="content" class="page" tabIndex={-1} />;
}
