import { expect } from 'chai'
import fc from 'fast-check'
import {
  type AttributeDefinition,
  createAttributeCipher,
  decodePacket,
  encodeExtended,
  encodeVendorAttribute,
  findAllAttributes,
  joinAttributes,
  joinTlvs,
  loadDictionary,
  openExtended,
  readVendorAttributes,
  readWireValues,
  type ScalarValue,
  splitAttributes,
  splitTlvs,
  textAttributes,
  type VendorFormat,
  verifyRequest,
} from '../../src/radius/index.ts'
import { anyText } from '../any-text.ts'
import { lenient, secret, verifiedRequest } from './packets.ts'

const dictionary = loadDictionary()
const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength, size: 'max' }).map((value) => Buffer.from(value))

/** Values of every data type that has one, as `decode` gives them. */
function valuesOf({
  dataType,
  fixedLength,
  tagged,
  encryption,
}: AttributeDefinition): fc.Arbitrary<ScalarValue> {
  const hexGroups = (count: number, digits: number) =>
    fc
      .array(fc.integer({ min: 0, max: 16 ** digits - 1 }), { minLength: count, maxLength: count })
      .map((groups) => groups.map((group) => group.toString(16).padStart(digits, '0')).join(':'))
  switch (dataType) {
    case 'text':
      // Ascend secrets are cut at 16 bytes.
      return fc
        .string({ unit: encryption === 'ascend' ? 'grapheme-ascii' : 'grapheme', maxLength: 14 })
        .filter((text) => !text.includes('\0'))
    case 'octets':
      // Comes back with the padding of its cipher.
      if (encryption === 'password') return fc.constant(Buffer.alloc(32, 'k'))
      return fixedLength === undefined
        ? bytes(60)
        : fc
            .uint8Array({ minLength: fixedLength, maxLength: fixedLength })
            .map((value) => Buffer.from(value))
    case 'byte':
      return fc.integer({ min: 0, max: 255 })
    case 'short':
      return fc.integer({ min: 0, max: 65535 })
    case 'integer':
    case 'date':
      return fc.integer({ min: 0, max: tagged ? 0xffffff : 0xffffffff })
    case 'integer64':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    case 'signed':
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    case 'ipaddr':
    case 'combo-ip':
      return fc.ipV4()
    case 'ipv6addr':
      return hexGroups(8, 4).map((text) => new URL(`http://[${text}]/`).hostname.slice(1, -1))
    case 'ipv4prefix':
      return fc.ipV4().map((text) => `${text}/32`)
    case 'ipv6prefix':
      return hexGroups(8, 4).map(
        (text) => `${new URL(`http://[${text}]/`).hostname.slice(1, -1)}/128`,
      )
    case 'ifid':
      return hexGroups(4, 4)
    case 'ether':
      return hexGroups(6, 2)
    default:
      throw new Error(`${dataType} has no value`)
  }
}

const definitions = dictionary
  .names()
  .map((name) => dictionary.find(name))
  .filter((definition) => definition !== undefined)
  .filter(({ dataType }) => dataType !== 'tlv' && dataType !== 'container')
  // A TLV inside comes out inside its parent.
  .filter(({ path }) => path.length === 1 || (path[0] === 26 ? path.length === 3 : path[0] !== 173))

describe('encode, then decode', () => {
  it('gives the same value back, for every attribute of our dictionaries', () => {
    for (const definition of definitions) {
      const tags = definition.tagged ? fc.integer({ min: 0, max: 31 }) : fc.constant(undefined)
      fc.assert(
        fc.property(valuesOf(definition), tags, (value, tag) => {
          const cipher = createAttributeCipher(verifiedRequest())
          const { name } = definition
          const named = tag === undefined ? { name, value } : { name, value, tag }
          const decoded = dictionary.decode(dictionary.encode(named, cipher), cipher)
          expect(decoded).to.have.length(1)
          expect(decoded[0]).to.deep.include({ ...named, isKnown: true })
        }),
        { numRuns: 4 },
      )
    }
  })

  it('any bytes as attributes come back the same from decode and encode', () => {
    const type = fc.oneof(
      fc.constantFrom(1, 6, 26, 64, 81, 97, 241, 245, 246),
      fc.integer({ min: 1, max: 255 }),
    )
    const value = fc.oneof(
      bytes(253).filter((some) => some.length > 0),
      bytes(12).map((rest) => Buffer.concat([Uint8Array.of(0, 0, 0, 9, 1, rest.length + 2), rest])),
    )
    fc.assert(
      fc.property(fc.record({ type, value }), (attribute) => {
        // One that is cut or joined again on purpose is compared by what it means.
        const first = dictionary.decode([attribute])
        const encoded = first.flatMap(({ name, value, tag }) =>
          dictionary.encode(tag === undefined ? { name, value } : { name, value, tag }),
        )
        expect(dictionary.decode(encoded)).to.deep.equal(first)
        // Reserved bits are ignored when read and zero when sent (RFC 6929 section 2.2).
        const reserved = attribute.type >= 245 && ((attribute.value[1] ?? 0) & 0x7f) !== 0
        if (first.length === 1 && first[0]?.isKnown === false && !reserved) {
          expect(encoded).to.deep.equal([attribute])
        }
      }),
      { numRuns: 800 },
    )
  })

  it('long values in long extended attributes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(245, 246),
        fc.integer({ min: 0, max: 255 }),
        bytes(1500),
        (type, extended, value) => {
          fc.pre(extended !== 26)
          const attributes = encodeExtended(type, extended, value)
          for (const { value } of attributes.slice(0, -1)) expect(value.length).to.equal(253)
          expect(readWireValues(attributes)).to.deep.equal([{ path: [type, extended], value }])
        },
      ),
    )
  })

  it('short extended attributes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 241, max: 244 }),
        fc.integer({ min: 0, max: 255 }),
        bytes(252),
        (type, extendedType, value) => {
          const [attribute] = encodeExtended(type, extendedType, value)
          const opened = openExtended(type, attribute?.value ?? Buffer.alloc(0))
          expect(opened).to.deep.equal({ extendedType, value, more: false })
        },
      ),
    )
  })

  const formats: readonly VendorFormat[] = [
    { typeLength: 1, lengthLength: 1, continuation: false },
    { typeLength: 2, lengthLength: 1, continuation: false },
    { typeLength: 2, lengthLength: 2, continuation: false },
    { typeLength: 4, lengthLength: 0, continuation: false },
    { typeLength: 1, lengthLength: 1, continuation: true },
  ]
  for (const format of formats) {
    const { typeLength, lengthLength, continuation } = format
    it(`vendor format ${typeLength},${lengthLength}${continuation ? ',c' : ''}`, () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 2 ** 24 - 1 }),
          fc.integer({ min: 0, max: 2 ** (8 * typeLength) - 1 }),
          bytes(continuation ? 900 : 245),
          (vendor, type, value) => {
            const attributes = encodeVendorAttribute(vendor, type, value, format)
            const read = readWireValues(attributes, () => format)
            expect(read).to.deep.equal([{ path: [26, vendor, type], value }])
            const pieces = readVendorAttributes({ attributes }, vendor, format)
            expect(Buffer.concat(pieces.map((piece) => piece.value))).to.deep.equal(value)
          },
        ),
      )
    })
  }

  it('TLVs', () => {
    const tlv = fc.record({ type: fc.integer({ min: 0, max: 255 }), value: bytes(253) })
    fc.assert(
      fc.property(fc.array(tlv, { minLength: 1, maxLength: 5, size: 'max' }), (tlvs) => {
        expect(splitTlvs(joinTlvs(tlvs))).to.deep.equal(tlvs)
      }),
    )
  })

  it('text is cut between characters and loses nothing', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 600, size: 'max' }), (text) => {
        const values = findAllAttributes({ attributes: textAttributes(18, text) }, 18)
        const texts = values.map((value) =>
          new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value),
        )
        for (const value of values) expect(value.length).to.be.within(1, 253)
        expect(texts.join('')).to.equal(text)
      }),
    )
  })

  it('long binary values over several attributes', () => {
    fc.assert(
      fc.property(bytes(1500), (value) => {
        expect(joinAttributes({ attributes: splitAttributes(79, value) }, 79)).to.deep.equal(value)
      }),
    )
  })

  it('a decoded request verifies whatever its attributes are', () => {
    const attribute = fc.record({
      type: fc.integer({ min: 1, max: 255 }).filter((type) => type !== 80),
      value: bytes(253),
    })
    fc.assert(
      fc.property(
        fc.array(attribute, { maxLength: 14, size: 'max' }),
        fc.constantFrom(1, 4, 12, 40, 43),
        (attributes, code) => {
          const { bytes } = verifiedRequest({ code, attributes })
          const packet = decodePacket(bytes)
          expect(packet.attributes.slice(1)).to.deep.equal(attributes)
          expect(verifyRequest(packet, secret, lenient).ok).to.equal(true)
        },
      ),
    )
  })
})
