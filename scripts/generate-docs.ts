// Writes what is generated from the sources: the configuration reference, its JSON Schema, the page
// of reasons, the pages of gateways and those of commands. With --check it writes nothing and fails when a file differs.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configJsonSchema, configReferencePage } from '../src/config/reference.ts'
import { commandPages } from './command-pages.ts'
import { gatewayPages } from './gateway-pages.ts'
import { reasonsPage } from './reasons-page.ts'

const root = join(import.meta.dirname, '..')
const generated: Readonly<Record<string, string>> = {
  'docs/reference/configuration.md': configReferencePage(),
  'config/holdfast.schema.json': `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  'docs/reference/reasons.md': reasonsPage(),
  ...gatewayPages((file) => readOrEmpty(join(root, file))),
  ...(await commandPages((file) => readOrEmpty(join(root, file)))),
}

for (const [file, text] of Object.entries(generated)) {
  const path = join(root, file)
  if (!process.argv.includes('--check')) writeFileSync(path, text)
  else if (readOrEmpty(path) !== text) {
    console.error(`${file} differs from its source; run: node scripts/generate-docs.ts`)
    process.exitCode = 1
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
