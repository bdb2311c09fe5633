import { readFileSync } from "node:fs";
import { defineConfig, type ViteUserConfig as UserConfig } from "vitest/config";

const out = "dist";
const target = "es2022";
const cssTarget = ["chrome123", "firefox121", "safari17.5"];
const jsx = { jsx: { runtime: "automatic", importSource: "preact" } } as const;

/** Built first: one ES module with a hashed name, loaded when the visitor opens the chat. */
const panel: UserConfig = {
  oxc: jsx,
  publicDir: false,
  build: {
    target,
    cssTarget,
    outDir: out,
    manifest: "manifest.json",
    modulePreload: false,
    rolldownOptions: {
      input: "src/ui/panel.tsx",
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "panel-[hash].js" },
    },
  },
};

/** Built second, because it carries the panel's name: a classic script that runs in any page. */
function loader(): UserConfig {
  const manifest = JSON.parse(readFileSync(`${out}/manifest.json`, "utf8")) as Record<string, { file: string }>;
  return {
    publicDir: false,
    define: { __PANEL__: JSON.stringify(manifest["src/ui/panel.tsx"]?.file) },
    build: {
      target,
      cssTarget,
      outDir: out,
      emptyOutDir: false,
      modulePreload: false,
      rolldownOptions: {
        input: "src/embed/kulanz.ts",
        output: { format: "iife", entryFileNames: "kulanz.js" },
      },
    },
  };
}

export default defineConfig(({ mode }) => ({
  ...(mode === "loader" ? loader() : panel),
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], css: true, restoreMocks: true },
}));
