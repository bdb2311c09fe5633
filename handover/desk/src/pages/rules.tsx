export function RulesPage() {
  return <main id="content" class="page" tabIndex={-1} />;
}
