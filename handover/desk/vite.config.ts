import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const desk = "http://127.0.0.1:8080";

export default defineConfig({
  base: "/desk/",
  resolve: {
    // Shared with the visitor's chat: wire types and the Markdown renderer.
    alias: { "@widget": fileURLToPath(new URL("../../widget/src", import.meta.url)) },
    dedupe: ["preact"],
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the content security policy allows no data: addresses
  },
  server: {
    proxy: { "/api": desk, "/ws": { target: desk, ws: true } },
  },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,tsx}"],
  },
});
