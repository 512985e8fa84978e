import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createFilledStore } from './filled-store.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/privacy.md'), 'utf8')

/** The cells of each row of the first table under a heading. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const lines = section.split('\n## ')[0]?.split('\n') ?? []
  const rows = lines.filter((line) => line.startsWith('| '))
  return rows.slice(2).map((row) =>
    row
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim()),
  )
}

describe('docs/reference/privacy.md', () => {
  it('has a row for every table of the store, and for no other', async () => {
    const filled = await createFilledStore()
    filled.remove()
    const named = tableUnder('In the store').map(([name = '']) => name.replaceAll('`', ''))
    expect(named).to.have.members(filled.tables)
  })

  it('says of each what is in it, what for, for how long, and who can read it', () => {
    for (const row of tableUnder('In the store')) {
      expect(row, row[0]).to.have.length(5)
      expect(row.filter((cell) => cell === '')).to.deep.equal([])
    }
  })

  it('says the same of the log and of what leaves the machine', () => {
    const rows = tableUnder('Elsewhere')
    expect(rows.map(([where]) => where).join('\n')).to.match(/log[\s\S]*backups[\s\S]*provider/)
    for (const row of rows) {
      expect(row).to.have.length(4)
      expect(row.filter((cell) => cell === '')).to.deep.equal([])
    }
  })
})
