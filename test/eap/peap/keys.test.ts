import { expect } from 'chai'
import {
  bindingMac,
  compoundKeysOfResumed,
  deriveBoundMsk,
  deriveCompoundKeys,
} from '../../../src/eap/peap/keys.ts'
import { encodeBinding, isBound } from '../../../src/eap/peap/tlvs.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bytes = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

/** MS-PEAP 4.4. */
const documented = {
  intermediate: bytes(
    '3a911c255473e83e9a0cc333ae1f8a35cdc74163e7f60f6c65ef71c26442aaaca2b6f1eb4f25eca3',
  ),
  binding: bytes('3355353b6920d074c782e475dfb0999d4db467eb'),
}
const nonce = bytes('bda7a599fa816521ad3064c2bddbd16eaa949e7d98a8d7943147cf425d85da7b')

describe('PEAP keys', () => {
  it('derives the MSK that MS-PEAP 4.4 documents', () => {
    const msk = deriveBoundMsk(documented)
    expect(msk).to.have.length(64)
    expect(hex(msk.subarray(0, 32))).to.equal(
      '6a02d782201bc7138bf8eff733b496970d7cab300ac9577278e1ddd5aef76697',
    )
    expect(hex(msk.subarray(32))).to.equal(
      '1752d4e584a1c895039b4d05e3bc9a8484ddc2aa6e2ce162765c4068bff65a45',
    )
  })

  it('signs a binding as MS-PEAP 4.4 documents', () => {
    const tlv = encodeBinding(documented, nonce)
    expect(hex(tlv.subarray(0, 8))).to.equal('000c003800000000')
    expect(hex(tlv.subarray(8, 40))).to.equal(hex(nonce))
    expect(hex(tlv.subarray(40))).to.equal('0cbf105e91755748224fbb83000626911cfb1b0f')
  })

  it('makes other keys for another inner key, and the same for none and for zeros', () => {
    const tunnel = Buffer.alloc(128, 7)
    const none = deriveCompoundKeys(tunnel, new Uint8Array())
    const zeros = deriveCompoundKeys(tunnel, new Uint8Array(32))
    const other = deriveCompoundKeys(tunnel, new Uint8Array(32).fill(1))
    expect(none).to.deep.equal(zeros)
    expect(hex(other.binding)).to.not.equal(hex(none.binding))
    expect(none.intermediate).to.have.length(40)
    expect(none.binding).to.have.length(20)
  })

  it('takes the first 60 bytes of a resumed tunnel as they are', () => {
    const tunnel = Buffer.from(Array.from({ length: 128 }, (_, index) => index))
    const keys = compoundKeysOfResumed(tunnel)
    expect(hex(keys.intermediate)).to.equal(hex(tunnel.subarray(0, 40)))
    expect(hex(keys.binding)).to.equal(hex(tunnel.subarray(40, 60)))
  })
})

describe('Crypto-Binding of PEAP', () => {
  const answer = (change: (tlv: Uint8Array) => void = () => {}) => {
    const tlv = encodeBinding(documented, nonce)
    tlv[7] = 1
    change(tlv)
    tlv.fill(0, 40)
    tlv.set(bindingMac(documented, tlv), 40)
    return tlv
  }

  it('is believed when signed with the same keys, with our nonce or another', () => {
    expect(isBound(documented, answer())).to.equal(true)
    expect(
      isBound(
        documented,
        answer((tlv) => tlv.fill(9, 8, 40)),
      ),
    ).to.equal(true)
  })

  it('is not believed when any byte is another', () => {
    const good = answer()
    for (let at = 5; at < good.length; at += 1) {
      const changed = Uint8Array.from(good)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(isBound(documented, changed), `byte ${at}`).to.equal(false)
    }
  })

  it('is not believed when it is our own request, sent back', () => {
    expect(isBound(documented, encodeBinding(documented, nonce))).to.equal(false)
  })

  it('is not believed of another version, though it is signed', () => {
    const other = answer((tlv) => tlv.set([1], 5))
    expect(isBound(documented, other)).to.equal(false)
  })
})
