import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { builtInDictionary, loadDictionary, RadiusError } from '../../src/radius/index.ts'

const folder = '/usr/share/freeradius'
const main = join(folder, 'dictionary')

/** Of Debian's freeradius-common: unmodified files, written by others, have to load. */
describe('FreeRADIUS 3 dictionaries', () => {
  before(function () {
    if (existsSync(main)) return
    if (process.env.CI !== undefined) throw new Error(`${main} is missing: freeradius-common`)
    this.skip()
  })

  it('all load through their own main file', () => {
    expect(loadDictionary([main]).size).to.be.above(5000)
  })

  it('each loads on top of ours', () => {
    // This one speaks of a vendor that another file defines.
    const needs: Readonly<Record<string, readonly string[]>> = {
      'dictionary.freeradius.evs5': ['dictionary.freeradius'],
    }
    const files = readdirSync(folder).filter((file) => file.startsWith('dictionary'))
    expect(files.length).to.be.above(150)
    const problems = files.flatMap((file) => {
      const paths = [...(needs[file] ?? []), file].map((name) => join(folder, name))
      try {
        loadDictionary([builtInDictionary, ...paths])
        return []
      } catch (error) {
        if (error instanceof RadiusError) return [error.message]
        throw error
      }
    })
    expect(problems).to.deep.equal([])
  }).timeout(180_000)

  it('agree with ours on every number, tag and encryption of a common name', () => {
    const ours = loadDictionary()
    const theirs = loadDictionary([main])
    // Where we follow the RFC, or need more than they say: see the files.
    const deliberate = ['NAS-Filter-Rule', 'MS-CHAP-Error', 'MS-CHAP-Domain']
    let compared = 0
    for (const name of ours.names()) {
      const own = ours.find(name)
      const other = theirs.find(name)
      if (own === undefined || other === undefined || deliberate.includes(own.name)) continue
      const facts = ({ path, dataType, tagged, encryption, concat }: typeof own) => ({
        path,
        dataType,
        tagged,
        encryption,
        concat,
      })
      expect(facts(own), name).to.deep.equal(facts(other))
      compared++
    }
    expect(compared).to.be.above(400)
  })
})
