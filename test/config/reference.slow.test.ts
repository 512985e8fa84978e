import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { reasonsPage } from '../../scripts/reasons-page.ts'
import { configJsonSchema, configReferencePage } from '../../src/config/reference.ts'
import { dropReasons, hints, rejectReasons } from '../../src/signin/index.ts'

const root = join(import.meta.dirname, '../..')

/** Every field of the JSON Schema, by its path. */
function fieldsOf(schema: unknown, path = ''): readonly [string, Record<string, unknown>][] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'properties') {
      return Object.entries(value as Record<string, Record<string, unknown>>).flatMap(
        ([name, field]): [string, Record<string, unknown>][] => [
          [`${path}.${name}`, field],
          ...fieldsOf(field, `${path}.${name}`),
        ],
      )
    }
    return fieldsOf(value, path)
  })
}

describe('what is generated', () => {
  it('is what is in docs/ and config/', () => {
    const run = spawnSync(process.execPath, ['scripts/generate-docs.ts', '--check'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(run.stderr).to.equal('')
    expect(run.status).to.equal(0)
  })

  it('describes every field, in words', () => {
    const fields = fieldsOf(configJsonSchema())
    expect(fields.length).to.be.greaterThan(100)
    const silent = fields.filter(([, { description }]) => !/^[^\s].*\.$/.test(String(description)))
    expect(silent.map(([path]) => path)).to.deep.equal([])
  })

  it('has every field in the page, with its default', () => {
    const page = configReferencePage()
    for (const [path, { default: value }] of fieldsOf(configJsonSchema())) {
      const name = path.split('.').at(-1)
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`))
      expect(row, path).to.be.a('string')
      if (typeof value === 'number') expect(page).to.include(`| \`${value}\` |`)
    }
    expect(page).to.match(/`patience` \| time \(ms, s, m, h or d\) \| `10s` \|/)
  })

  it('closes every mapping with fixed keys to unknown ones', () => {
    const open: string[] = []
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return
      if ('properties' in value && 'type' in value && !('additionalProperties' in value)) {
        open.push(path)
      }
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`)
    }
    visit(configJsonSchema(), '')
    expect(open).to.deep.equal([])
  })

  it('has an anchor for every reason, once', () => {
    const anchors = [...reasonsPage().matchAll(/^### (\S+)$/gm)].map(([, anchor]) => anchor)
    expect(anchors).to.deep.equal(Object.keys({ ...rejectReasons, ...dropReasons, ...hints }))
    expect(new Set(anchors).size).to.equal(anchors.length)
  })
})
