// Builds people's pages: `node scripts/build-pages.mjs` runs it. Nothing is inline, so that the policy of the
// listener can forbid inline scripts and styles.
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

/**
 * Names in the document what the entry imports, so that browsers ask for all of it at once. Vite's own way also brings
 * a helper for each later import, which weighs more than it saves here.
 */
const preloadEntry: Plugin = {
  name: 'preload-entry',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { chunk }) =>
      (chunk?.imports ?? []).map((file) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
        injectTo: 'head',
      })),
  },
}

/** Vite wraps each later import, to load styles before it. All styles are in one file here, which the document names. */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) =>
    id.endsWith('vite/preload-helper.js') ? 'export const __vitePreload = (load) => load()' : null,
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  cacheDir: join(import.meta.dirname, '../dist/.vite'),
  plugins: [preloadEntry, plainImports],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['chrome111', 'firefox114', 'safari16.4'],
    modulePreload: false,
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
  },
})
