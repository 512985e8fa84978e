import { expect } from 'chai'
import { call, createWorld, flush, laptop, type Pending } from './harness.ts'

const approved = { kind: 'approved', byMachine: false } as const

function passwordOf({ attempt }: Pending): string {
  const { credential } = attempt
  if (credential.kind !== 'pap') throw new Error(credential.kind)
  return credential.password.reveal()
}

describe('the password of a request that is held', () => {
  it('is let go of while the phone rings, and the approval still lets in', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const held = world.start()
    expect(passwordOf(held), 'at first').to.not.equal('')
    await flush()
    expect(world.phone.calls).to.have.length(1)
    expect(passwordOf(held), 'while it rings').to.equal('')
    world.phone.calls[0]?.answer(approved)
    await flush()
    expect(held.outcome?.kind).to.equal('accept')
  })

  it('is let go of by one that follows an equal request as well', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const first = world.start({ device: laptop })
    await flush()
    const second = world.start({ device: laptop })
    await flush()
    expect(world.phone.calls).to.have.length(1)
    expect([first, second].map(passwordOf)).to.deep.equal(['', ''])
    world.phone.calls[0]?.answer(approved)
    await flush()
    expect([first, second].map(({ outcome }) => outcome?.kind)).to.deep.equal(['accept', 'accept'])
  })
})
