import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const root = join(import.meta.dirname, '../..')

describe('tests of the ports of the store', () => {
  it('run against every kind of database', () => {
    const list = readFileSync(join(root, 'test/lab/postgresql/ports.test.ts'), 'utf8')
    const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .filter((file) => {
        const text = readFileSync(join(import.meta.dirname, file), 'utf8')
        return /^describe(?:Shared)?Stores\(/m.test(text)
      })
    expect(files).to.have.length.above(20)
    expect(files.filter((file) => !list.includes(`'../../store/${file}'`))).to.deep.equal([])
  })
})
