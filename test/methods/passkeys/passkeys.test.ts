import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { PasskeyAuthenticator } from '../../../src/accounts/index.ts'
import { createPasskeys } from '../../../src/methods/index.ts'
import { createSoftwarePasskey, type Says } from '../../support/software-passkey.ts'

const host = 'mfa.example.org'
const origin = 'https://mfa.example.org'
const passkeys = createPasskeys({ host, origin, name: 'Example' })
const userHandle = new Uint8Array(32).fill(7)
const alice = {
  key: 'corp:alice',
  name: 'alice',
  displayName: 'Alice',
  userHandle,
  existing: [],
}

type Device = ReturnType<typeof createSoftwarePasskey>

function deviceOf(more: Partial<Parameters<typeof createSoftwarePasskey>[0]> = {}): Device {
  return createSoftwarePasskey({
    ...{ host, origin, userHandle: Buffer.from(userHandle).toString('base64url') },
    ...more,
  })
}

async function registered(device: Device, says: Says = {}) {
  const options = await passkeys.registrationOptions(alice)
  return passkeys.verifyRegistration(device.register(options, says), options.challenge, alice.key)
}

async function enrolled(device: Device): Promise<PasskeyAuthenticator> {
  const made = await registered(device)
  if (made === undefined) throw new Error('not registered')
  return { ...made, id: 'one', createdAtMs: 0 }
}

describe('a new passkey', () => {
  it('asks for a verified user and a key that the browser can find by itself', async () => {
    const options = await passkeys.registrationOptions(alice)
    expect(options.rp).to.deep.equal({ id: host, name: 'Example' })
    expect(options.attestation).to.equal('none')
    expect(options.user.id).to.equal(Buffer.from(userHandle).toString('base64url'))
    expect(options.authenticatorSelection).to.include({
      residentKey: 'required',
      userVerification: 'required',
    })
    expect(options.pubKeyCredParams.map(({ alg }) => alg)).to.deep.equal([-8, -7, -257])
  })

  it('is taken with what the device says of it', async () => {
    const synced = deviceOf()
    expect(await registered(synced)).to.deep.include({
      credentialId: synced.id,
      isDeviceBound: false,
      isBackedUp: true,
      transports: ['internal'],
      signCount: 0,
    })
    expect(await registered(deviceOf({ isDeviceBound: true }))).to.deep.include({
      isDeviceBound: true,
      isBackedUp: false,
    })
  })

  const wrong: Readonly<Record<string, Says>> = {
    'from a page of another origin': { origin: 'https://other.example.org' },
    'from a page of ours inside of another site': { crossOrigin: true },
    'without the user verified': { isVerified: false },
  }
  for (const [what, says] of Object.entries(wrong)) {
    it(`is refused ${what}`, async () => {
      expect(await registered(deviceOf(), says)).to.equal(undefined)
    })
  }

  it('is refused for another challenge, or another host', async () => {
    const options = await passkeys.registrationOptions(alice)
    const other = await passkeys.registrationOptions(alice)
    const response = deviceOf().register(options)
    expect(await passkeys.verifyRegistration(response, other.challenge, alice.key)).to.equal(
      undefined,
    )
    expect(await registered(deviceOf({ host: 'example.org' }))).to.equal(undefined)
  })

  it('is not asked of a device that has one already', async () => {
    const passkey = await enrolled(deviceOf())
    const options = await passkeys.registrationOptions({ ...alice, existing: [passkey] })
    expect(options.excludeCredentials?.map(({ id }) => id)).to.deep.equal([passkey.credentialId])
  })
})

describe('a signature of a passkey', () => {
  const challenge = new Uint8Array(randomBytes(32))

  async function signed(device: Device, says: Says = {}, more: Partial<PasskeyAuthenticator> = {}) {
    const passkey = { ...(await enrolled(device)), ...more }
    const options = await passkeys.requestOptions(challenge, [passkey])
    return passkeys.verifySignature(
      device.sign(options, says),
      { challenge, passkey, userHandle },
      5_000,
    )
  }

  it('is accepted, and says what must be noted', async () => {
    expect(await signed(deviceOf())).to.deep.equal({ signCount: 0, isBackedUp: true, atMs: 5_000 })
    expect(await signed(deviceOf(), { signCount: 4 })).to.include({ signCount: 4 })
  })

  const wrong: Readonly<Record<string, Says>> = {
    'from a page of another origin': { origin: 'https://other.example.org' },
    'from a page of ours inside of another site': { crossOrigin: true },
    'without the user verified': { isVerified: false },
  }
  for (const [what, says] of Object.entries(wrong)) {
    it(`is refused ${what}`, async () => {
      expect(await signed(deviceOf(), says)).to.equal(undefined)
    })
  }

  it('is refused over another challenge, and of another passkey', async () => {
    const device = deviceOf()
    const passkey = await enrolled(device)
    const expected = { challenge, passkey, userHandle }
    const options = await passkeys.requestOptions(new Uint8Array(32), [passkey])
    expect(await passkeys.verifySignature(device.sign(options), expected, 0)).to.equal(undefined)
    const right = await passkeys.requestOptions(challenge)
    const foreign = deviceOf().sign(right)
    expect(await passkeys.verifySignature(foreign, expected, 0)).to.equal(undefined)
    const renamed = { ...foreign, id: passkey.credentialId, rawId: passkey.credentialId }
    expect(await passkeys.verifySignature(renamed, expected, 0)).to.equal(undefined)
  })

  it('is refused where the device says that it is of another person', async () => {
    const other = Buffer.alloc(32, 8).toString('base64url')
    expect(await signed(deviceOf({ userHandle: other }))).to.equal(undefined)
  })

  it('is refused of a copy, whose count has fallen behind', async () => {
    expect(await signed(deviceOf(), { signCount: 4 }, { signCount: 4 })).to.equal(undefined)
  })
})
