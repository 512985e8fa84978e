// Builds people's pages: `node scripts/build-pages.mjs` runs it. Nothing is inline, so that the policy of the
// listener can forbid inline scripts and styles.
import { join } from 'node:path'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  cacheDir: join(import.meta.dirname, '../dist/.vite'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['chrome111', 'firefox114', 'safari16.4'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
  },
})
