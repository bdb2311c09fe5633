export function ApprovalsPage() {
  return <main id="content" class="page" tabIndex={-1} />;
}
