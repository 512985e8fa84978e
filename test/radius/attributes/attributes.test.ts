import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect } from 'chai'
import {
  type Attribute,
  builtInDictionary,
  createDictionary,
  type DecodedAttribute,
  decodePacket,
  type NamedAttribute,
  parseDictionary,
  type ReadInclude,
} from '../../../src/radius/index.ts'
import { attributeVectors, oddAttributes, vectorDictionary } from '../../vectors/attributes.ts'
import { hex } from '../hex.ts'

const read: ReadInclude = (name, from) => {
  const fileName = resolve(dirname(from), name)
  return { fileName, text: readFileSync(fileName, 'utf8') }
}

const dictionary = createDictionary(
  parseDictionary(
    [
      { fileName: builtInDictionary, text: readFileSync(builtInDictionary, 'utf8') },
      { fileName: 'vectors', text: vectorDictionary },
    ],
    read,
  ),
)

/** Attributes of a packet that has just these bytes after its header. */
function attributesOf(bytes: Buffer): readonly Attribute[] {
  const header = Buffer.alloc(20)
  header.writeUInt8(1, 0)
  header.writeUInt16BE(20 + bytes.length, 2)
  return decodePacket(Buffer.concat([header, bytes])).attributes
}

function bytesOf(attributes: readonly Attribute[]): string {
  return Buffer.concat(
    attributes.flatMap(({ type, value }) => [Uint8Array.of(type, 2 + value.length), value]),
  ).toString('hex')
}

function named({ name, value, tag }: DecodedAttribute | NamedAttribute): NamedAttribute {
  const plain =
    value instanceof Uint8Array
      ? Buffer.from(value)
      : Array.isArray(value)
        ? value.map((child: NamedAttribute) => named(child))
        : value
  return { name, value: plain, ...(tag === undefined ? {} : { tag }) }
}

describe('attributes', () => {
  for (const vector of attributeVectors) {
    const bytes = hex(vector.bytes)

    it(`decodes ${vector.name} (${vector.source})`, () => {
      const decoded = dictionary.decode(attributesOf(bytes))
      expect(decoded.map(named)).to.deep.equal(vector.decoded.map(named))
    })

    if (vector.decodeOnly) continue
    it(`encodes ${vector.name}`, () => {
      const attributes = vector.decoded.flatMap((attribute) => dictionary.encode(attribute))
      expect(bytesOf(attributes)).to.equal(bytes.toString('hex'))
    })
  }

  for (const { name, bytes, names } of oddAttributes) {
    it(`keeps byte for byte: ${name}`, () => {
      const decoded = dictionary.decode(attributesOf(hex(bytes)))
      expect(decoded.map((attribute) => attribute.name)).to.deep.equal(names)
      const again = decoded.flatMap(({ name, value }) => dictionary.encode({ name, value }))
      expect(bytesOf(again)).to.equal(hex(bytes).toString('hex'))
    })
  }

  it('gives the name of a number, and takes it', () => {
    const [decoded] = dictionary.decode(attributesOf(hex('060600000002')))
    expect(decoded).to.deep.include({ value: 2, valueName: 'Framed-User', isKnown: true })
    const encode = (value: string) => bytesOf(dictionary.encode({ name: 'service-type', value }))
    for (const text of ['Framed-User', 'framed-user', '2', '0x02']) {
      expect(encode(text)).to.equal('060600000002')
    }
  })
})
