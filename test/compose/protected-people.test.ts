import { expect } from 'chai'
import { createIsProtected } from '../../src/compose/protected-people.ts'

describe('people for whom the helpdesk does nothing (PEOPLE R23)', () => {
  const gone = new Set<string>()
  const helpdeskNotFor = ['Domain Admins', 'Board']
  const isProtected = createIsProtected({ helpdeskNotFor }, (directory) =>
    directory === 'corp' ? gone : new Set(),
  )
  const inGroups = (...groups: readonly string[]) => ({ directory: 'corp', groups })
  afterEach(() => gone.clear())

  it('are those in a group of the list, however it is spelled', () => {
    expect(isProtected(inGroups('domain admins'))).to.equal(true)
    expect(isProtected(inGroups('staff', 'board'))).to.equal(true)
    expect(isProtected(inGroups('staff'))).to.equal(false)
    expect(isProtected(inGroups())).to.equal(false)
  })

  it('are all whose groups no directory tells now', () => {
    expect(isProtected({})).to.equal(true)
    expect(isProtected({ directory: 'corp' })).to.equal(true)
  })

  it('are all of a directory in which a group of the list is gone', () => {
    gone.add('board')
    expect(isProtected(inGroups('staff'))).to.equal(true)
    expect(isProtected({ directory: 'lab', groups: ['staff'] })).to.equal(false)
  })

  it('are an empty list where none are named', () => {
    const nobody = createIsProtected({ helpdeskNotFor: [] }, () => gone)
    expect(nobody({})).to.equal(false)
    expect(nobody(inGroups('domain admins'))).to.equal(false)
  })
})
