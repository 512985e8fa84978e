import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeGuard } from './guard.ts'
import { guards } from './lists/index.ts'

const root = join(import.meta.dirname, '../..')

// Whether a test notices that they are gone takes minutes: npm run test:guards.
describe('guards that can be removed', () => {
  for (const guard of guards) {
    it(guard.name, () => {
      removeGuard(readFileSync(join(root, guard.file), 'utf8'), guard)
      expect(guard.noticedBy).to.not.deep.equal([])
      expect(guard.noticedBy.filter((file) => !existsSync(join(root, file)))).to.deep.equal([])
    })
  }

  it('have names of their own', () => {
    const names = guards.map(({ name }) => name)
    expect(names).to.deep.equal([...new Set(names)])
  })

  it('are looked for exactly: none or two is a mistake', () => {
    const guard = { name: '', file: 'a.ts', source: 'check()', without: '', noticedBy: [] }
    expect(removeGuard('const a = 1\ncheck()\n', guard)).to.equal('const a = 1\n\n')
    expect(() => removeGuard('const a = 1', guard)).to.throw(
      'a.ts: the source of the guard is not there',
    )
    expect(() => removeGuard('check(), check()', guard)).to.throw('is there 2 times')
  })
})
