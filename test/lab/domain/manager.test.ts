import { expect } from 'chai'
import type { LdapOptions } from '../../../src/directory/ldap/options.ts'
import { closeDirectories, findUser, openDirectory } from '../ldap-lab.ts'
import { needSamba, replaceValue } from './corp.ts'
import { type Samba, startSamba } from './samba.ts'
import { dnOf } from './samba-people.ts'

const { signal } = new AbortController()

describe('the manager of a person in Active Directory (PEOPLE R4)', function () {
  this.timeout(600_000)
  this.slow(5_000)
  let samba: Samba

  before(async function () {
    needSamba(this)
    samba = await startSamba()
  })
  afterEach(closeDirectories)

  async function managerOf(name: string, change: Partial<LdapOptions> = {}) {
    const directory = openDirectory(samba, { managerAttribute: 'manager', ...change })
    return directory.managerOf?.(await findUser(directory, name), signal)
  }
  const setManager = (name: string, manager: string) =>
    replaceValue(samba, dnOf(name), 'manager', dnOf(manager))

  it('is found by the attribute manager, with mail address and language', async () => {
    expect(await managerOf('bob')).to.equal(undefined)
    await setManager('bob', 'Alice Jansen')
    expect(await managerOf('bob')).to.deep.equal({ email: 'alice@corp.example', language: 'nl' })
    await setManager('bob', 'Größe, "Ann" (x)+y\\z #1;<a>=b')
    expect(await managerOf('bob'), 'no mail address').to.equal(undefined)
  })

  it('is not looked for unless the file says so, and none where the attribute names nothing', async () => {
    await setManager('dave', 'Alice Jansen')
    const silent = openDirectory(samba)
    expect(silent.managerOf).to.equal(undefined)
    expect(await managerOf('dave', { managerAttribute: 'displayName' })).to.equal(undefined)
    expect(await managerOf('dave', { managerAttribute: 'department' })).to.equal(undefined)
  })

  it('is missed by check where no one has one', async () => {
    const rowOf = async (managerAttribute: string) => {
      const rows = await openDirectory(samba, { managerAttribute }).check()
      return rows.find(({ what }) => what.endsWith(' manager'))
    }
    await setManager('dave', 'Alice Jansen')
    expect(await rowOf('manager')).to.include({ ok: true, remedy: '' })
    expect((await rowOf('seeAlso'))?.remedy).to.include('Correct manager_attribute')
  })
})
