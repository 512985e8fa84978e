import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { CheckRow } from '../../../src/directory/index.ts'
import type { LdapOptions } from '../../../src/directory/ldap/options.ts'
import { closeDirectories, openDirectory } from '../ldap-lab.ts'
import { needProgram } from '../need.ts'
import { startOpenLdap } from '../openldap.ts'
import { needSamba } from './corp.ts'
import { type Samba, startSamba } from './samba.ts'
import { dnOf } from './samba-people.ts'

const run = promisify(execFile)

/** schemaIDGUID of mobile, and the property set Personal-Information (MS-ADA2, MS-ADTS 3.1.1.2.3.3). */
const mobile = 'f0f8ffa3-1191-11d0-a060-00aa006c33ed'
const personal = '77b5b886-944a-11d1-aebd-0000f80367c1'

const asSaid = { trustsPhones: true, phoneAttributes: ['mobile'] } as const

async function rowOf(rows: Promise<readonly CheckRow[]>): Promise<CheckRow | undefined> {
  return (await rows).find(({ what }) => what.endsWith('own phones'))
}

describe('check, where the file says that only administrators write numbers', function () {
  this.timeout(600_000)
  this.slow(5_000)
  afterEach(closeDirectories)

  describe('in Active Directory (Samba)', () => {
    let samba: Samba
    before(async function () {
      needSamba(this, 'samba-tool')
      samba = await startSamba()
    })

    const check = (change: Partial<LdapOptions> = {}) =>
      rowOf(openDirectory(samba, { ...asSaid, ...change }).check())
    const only = (name: string) => ({ userFilter: `(sAMAccountName=${name})` })

    /** Puts an entry before all others of this user’s access list. */
    async function change(user: string, entry: string): Promise<void> {
      const database = join(samba.folder, 'private', 'sam.ldb')
      const object = [`--objectdn=${dnOf(user)}`, `--sddl=${entry}`]
      await run('samba-tool', ['dsacl', 'set', '-H', database, ...object])
    }

    it('warns of the default: users may write their own, with and without a number now', async () => {
      const row = await check({ phoneAttributes: ['mobile', 'telephoneNumber'] })
      expect(row).to.include({ ok: true })
      expect(row?.detail).to.match(
        /^\d+ of \d+ users looked at may write mobile, telephoneNumber themselves$/,
      )
      expect(row?.remedy).to.include('enrolment.directory_phones: not-trusted')
      expect((await check(only('bob')))?.detail, 'no number').to.match(/^1 of 1 user /)
    })

    it('is content once the right is denied, by the attribute or by the property set', async () => {
      expect((await check(only('dave')))?.remedy).not.to.equal('')
      await change('dave', `(OD;;WP;${mobile};;PS)`)
      expect(await check(only('dave'))).to.deep.include({
        ...{ ok: true, remedy: '' },
        detail: 'none of 1 user looked at may write mobile themselves',
      })
      const other = await check({ ...only('dave'), phoneAttributes: ['mobile', 'telephoneNumber'] })
      expect(other?.detail).to.equal('1 of 1 user looked at may write telephoneNumber themselves')
      await change('badge', `(OD;;WP;${personal};;PS)`)
      const both = { ...only('badge'), phoneAttributes: ['mobile', 'telephoneNumber'] }
      expect((await check(both))?.remedy).to.equal('')
    })

    it('says that it could not be read where the account may not, and of an attribute that no one has', async () => {
      await change('strict', '(D;;RC;;;WD)')
      const unread = await check(only('strict'))
      expect(unread?.detail).to.match(/could not be read .*: no user shows its access list/)
      expect(unread?.remedy).to.include('nTSecurityDescriptor')
      const unknown = await check({ phoneAttributes: ['mobil'] })
      expect(unknown?.detail).to.match(/could not be read .*: the schema does not name/)
    })

    it('looks only where the file says so', async () => {
      expect(await check({ trustsPhones: false })).to.equal(undefined)
      expect(await check({ phoneAttributes: [] })).to.equal(undefined)
    })
  })

  it('says of OpenLDAP that it could not be read', async function () {
    needProgram('slapd', this)
    const lab = await startOpenLdap()
    const row = await rowOf(openDirectory(lab, { ...asSaid, kind: 'openldap' }).check())
    expect(row?.detail).to.include('could not be read')
  })
})
