import { createCipheriv, createSecretKey } from 'node:crypto'
import { expect } from 'chai'
import { openAesGcm, sealAesGcm, sealedOverhead } from '../../src/support/index.ts'

const key = Buffer.alloc(32, 7)

/** The framing that is on disks since 0.1.0, written by hand: nonce, ciphertext, tag. */
function framed(text: string, bound: string): Buffer {
  const nonce = Buffer.alloc(12, 3)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound))
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

describe('the one framing of AES-256-GCM', () => {
  it('opens nonce, ciphertext and tag, with a key as bytes or as an object', () => {
    const sealed = framed('Grüße', 'alice')
    expect(openAesGcm(key, sealed, 'alice').toString()).to.equal('Grüße')
    expect(openAesGcm(createSecretKey(key), sealed, Buffer.from('alice')).toString()).to.equal(
      'Grüße',
    )
  })

  it('seals what it opens, in other bytes each time, and 28 more than the text', () => {
    for (const text of ['', 'Grüße "\u0000', Buffer.from([0, 255])]) {
      const sealed = sealAesGcm(key, text, 'alice')
      expect(openAesGcm(key, sealed, 'alice')).to.deep.equal(Buffer.from(text))
      expect(sealed.length).to.equal(Buffer.from(text).length + sealedOverhead)
      expect(sealAesGcm(key, text, 'alice')).not.to.deep.equal(sealed)
    }
    expect(sealedOverhead).to.equal(28)
  })

  it('opens nothing that was cut, changed, or bound to something else', () => {
    const sealed = sealAesGcm(key, 'secret', 'alice')
    expect(() => openAesGcm(key, sealed, 'bob')).to.throw()
    expect(() => openAesGcm(Buffer.alloc(32, 8), sealed, 'alice')).to.throw()
    for (let at = 0; at < sealed.length; at += 1) {
      const forged = Buffer.from(sealed)
      forged[at] = (forged[at] ?? 0) ^ 1
      expect(() => openAesGcm(key, forged, 'alice'), `byte ${at}`).to.throw()
      expect(() => openAesGcm(key, sealed.subarray(0, at), 'alice'), `cut at ${at}`).to.throw()
    }
  })
})
