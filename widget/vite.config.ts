import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig, type ViteUserConfig as UserConfig } from "vitest/config";

const out = "dist";
const target = "es2022";
const cssTarget = ["chrome123", "firefox121", "safari17.5"];
const jsx = { jsx: { runtime: "automatic", importSource: "preact" } } as const;

/**
 * A part that could not be fetched is asked for under another address (`src/embed/chunk.ts`). Only the build knows the
 * addresses: here each `() => import("./part.js")` becomes `(again = "") => import("./part.js" + again)`. Vite's wrapper
 * around it is for style sheets in files of their own, which there are none of: it goes, with what it needs.
 */
const FETCHES = /\(\) => __vitePreload\(\(\) => import\(("[^"]+")\), __VITE_PRELOAD__\)/g;
const addressable: Plugin = {
  name: "addressable-parts",
  enforce: "pre",
  load: (id) => (id.includes("vite/preload-helper") ? "export function __vitePreload(load) { return load(); }" : null),
  renderChunk(code, { dynamicImports }) {
    const found = new Set<string>();
    const made = code.replace(FETCHES, (_, address: string) => {
      found.add(address);
      return `(again = "") => import(${address} + again)`;
    });
    if (found.size !== dynamicImports.length) this.error('Write a part as () => import("./part"), and nothing more.');
    return { code: made, map: null };
  },
};

/** Built first: ES modules with hashed names. The panel comes when the visitor opens the chat, its parts when needed. */
const panel: UserConfig = {
  oxc: jsx,
  plugins: [addressable],
  publicDir: false,
  build: {
    target,
    cssTarget,
    outDir: out,
    manifest: "manifest.json",
    modulePreload: false,
    rolldownOptions: {
      input: "src/ui/panel.tsx",
      preserveEntrySignatures: "allow-extension",
      output: {
        entryFileNames: "panel-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        // What parts share comes with the panel: a part is one file, so that one fetch brings it, or can be tried again.
        codeSplitting: { groups: [{ name: "core", test: /./, minShareCount: 2 }] },
      },
    },
  },
};

interface Built {
  file: string;
  imports: string[];
}

const LOADERS = {
  /** A classic script that runs in any page. */
  loader: { input: "src/embed/kulanz.ts", output: { format: "iife", entryFileNames: "kulanz.js" } },
  module: { input: "src/embed/module.ts", output: { format: "es", entryFileNames: "kulanz.mjs" } },
} as const;

/** Built second, because they carry the panel's name. */
function loader(kind: keyof typeof LOADERS): UserConfig {
  const manifest = JSON.parse(readFileSync(`${out}/manifest.json`, "utf8")) as Record<string, Built>;
  const built = (source: string): Built => manifest[source] as Built;
  const panel = built("src/ui/panel.tsx");
  const texts = { de: built("src/locales/de.ts").file, en: built("src/locales/en.ts").file };
  const define = {
    __PANEL__: JSON.stringify(panel.file),
    __CORE__: JSON.stringify(panel.imports.map((source) => built(source).file)),
    __TEXTS__: JSON.stringify(texts),
  };
  return {
    publicDir: false,
    define,
    build: {
      target,
      cssTarget,
      outDir: out,
      emptyOutDir: false,
      modulePreload: false,
      rolldownOptions: { ...LOADERS[kind], preserveEntrySignatures: "strict" },
    },
  };
}

export default defineConfig(({ mode }) => ({
  ...(mode === "loader" || mode === "module" ? loader(mode) : panel),
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], css: true, restoreMocks: true },
}));
