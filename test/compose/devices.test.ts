import { expect } from 'chai'
import type { Generation } from '../../src/compose/generation/generation.ts'
import type { Lasting } from '../../src/compose/lasting.ts'
import { deviceParts } from '../../src/compose/service/devices.ts'

const web = { people: { publicUrl: 'https://mfa.example.com' } }
const lasting = { clock: {}, opened: { store: {} } } as Lasting
const partsOf = (config: object) => deviceParts({ config } as Generation, lasting)

describe('phones and passkeys that are played', () => {
  it('are there in a demo with a portal, and nowhere else', () => {
    expect(partsOf({ insecureDemo: true, web })).not.to.equal(undefined)
    expect(partsOf({ insecureDemo: true })).to.equal(undefined)
    expect(partsOf({ insecureDemo: false, web })).to.equal(undefined)
  })
})
