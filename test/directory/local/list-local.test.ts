import { expect } from 'chai'
import { createLocalDirectory } from '../../../src/directory/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const { signal } = new AbortController()

describe('lists of people of the configuration', () => {
  const crowd = Array.from({ length: 1200 }, (_, index) => ({ name: `p${index}`, groups: ['all'] }))
  const directory = createLocalDirectory(
    {
      name: 'people',
      users: [
        { name: 'Alice', groups: ['Staff', 'cn=VPN, dc=corp'], email: 'alice@corp.example' },
        { name: 'bob' },
        ...crowd,
      ],
    },
    { clock: createManualClock() },
  )

  async function read(group?: string) {
    const parts = []
    for await (const part of directory.listPeople?.(group, signal) ?? []) parts.push(part)
    return parts
  }
  const names = async (group?: string) =>
    (await read(group)).flatMap((part) =>
      part.kind === 'people' ? part.people.map(({ name }) => name) : [part.kind],
    )

  it('have the members of a group, however its name is written', async () => {
    expect(await names('STAFF')).to.deep.equal(['Alice'])
    expect(await names('CN=vpn,DC=corp')).to.deep.equal(['Alice'])
  })

  it('have everyone, in parts', async () => {
    expect(await names()).to.have.length(1202)
    expect(await read()).to.have.length(3)
    expect(await read('all')).to.have.length(3)
  })

  it('say that such a group has no members', async () => {
    expect(await names('none')).to.deep.equal(['group-unknown'])
  })
})
