/** Messages of protocol buffers, read and written by tables of their fields. */
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** The types of fields that are no messages. Integers of 64 bits become numbers. */
export type Scalar = "int32" | "int64" | "float" | "string" | "bytes";

/** A field of a message. */
export interface Field {
  /** Its number. */
  readonly number: number;
  /** Its type; for a message, its fields. */
  readonly type: Scalar | (() => Fields);
  /** How often it may stand there: several times, as a list; or as the bytes of a packed list. */
  readonly many?: "list" | "packed";
}

/** The fields of a message by name. */
export type Fields = Readonly<Record<string, Field>>;

/** A message, with what is there of its fields. */
type Message = Record<string, unknown>;

/** How deep messages may lie in each other; protocol buffers themselves allow 100. */
const DEEPEST = 64;

/** Bytes that a message takes at least on an average: one with a field has four with its tag and length. */
const LEAST_BYTES = 4, BESIDES = 4096;

const WIRE: Readonly<Record<Scalar, WireType>> = {
  int32: WireType.Varint,
  int64: WireType.Varint,
  float: WireType.Bit32,
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
};

/** The message that stands in `bytes`; fields that are not in the table are passed over. */
export function decode(bytes: Uint8Array, fields: Fields): Message {
  const reader = new BinaryReader(bytes),
    room = { messages: (bytes.length + BESIDES) / LEAST_BYTES };
  return readMessage(reader, bytes.length, fields, 0, room);
}

/** How many messages there may still be. */
interface Room {
  messages: number;
}

function readMessage(
  reader: BinaryReader,
  end: number,
  fields: Fields,
  depth: number,
  room: Room,
): Message {
  if (depth > DEEPEST) throw new RangeError(`messages lie more than ${DEEPEST} deep in each other`);
  if (--room.messages < 0) throw new RangeError("it has more messages than bytes for them");
  const names = namesOf(fields), message: Message = {};
  while (reader.pos < end) {
    const [number, wire] = reader.tag(), name = names.get(number);
    if (name === undefined) reader.skip(wire, number);
    else readField(reader, end, { name, field: fields[name], wire }, message, depth, room);
  }
  if (reader.pos !== end) throw new RangeError("a message ends beyond the one around it");
  return message;
}

function readField(
  reader: BinaryReader,
  end: number,
  { name, field, wire }: { name: string; field: Field; wire: WireType },
  message: Message,
  depth: number,
  room: Room,
): void {
  const { type, many } = field;
  if (many === "packed") {
    const bytes = wire === WireType.LengthDelimited ? reader.bytes() : reader.skip(wire);
    (message[name] ??= [] as Uint8Array[], message[name] as Uint8Array[]).push(bytes);
    return;
  }
  if (typeof type === "function") {
    if (wire !== WireType.LengthDelimited) throw new RangeError(`field ${name} is no message`);
    const length = reader.uint32(), inner = reader.pos + length;
    if (inner > end) throw new RangeError(`field ${name} ends beyond the message around it`);
    add(message, name, many, readMessage(reader, inner, type(), depth + 1, room));
    return;
  }
  if (many === "list" && wire === WireType.LengthDelimited && WIRE[type] !== wire) {
    const length = reader.uint32(), inner = reader.pos + length;
    if (inner > end) throw new RangeError(`field ${name} ends beyond the message around it`);
    while (reader.pos < inner) add(message, name, many, readScalar(reader, type));
    return;
  }
  if (wire !== WIRE[type]) throw new RangeError(`field ${name} is of another type`);
  add(message, name, many, readScalar(reader, type));
}

function readScalar(reader: BinaryReader, type: Scalar): unknown {
  return type === "int64" ? Number(reader.int64()) : reader[type]();
}

function add(message: Message, name: string, many: Field["many"], value: unknown): void {
  if (many === undefined) message[name] = value;
  else (message[name] ??= [] as unknown[], message[name] as unknown[]).push(value);
}

const known = new WeakMap<Fields, ReadonlyMap<number, string>>();

/** The names of fields by their numbers. */
function namesOf(fields: Fields): ReadonlyMap<number, string> {
  let names = known.get(fields);
  if (names === undefined) {
    names = new Map(Object.entries(fields).map(([name, { number }]) => [number, name]));
    known.set(fields, names);
  }
  return names;
}

/** The bytes of a message. */
export function encode(message: object, fields: Fields): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writeMessage(writer, message as Message, fields);
  return writer.finish();
}

function writeMessage(writer: BinaryWriter, message: Message, fields: Fields): void {
  for (const [name, { number, type, many }] of Object.entries(fields)) {
    const value = message[name];
    if (value === undefined) continue;
    for (const one of many === undefined ? [value] : value as unknown[]) {
      if (typeof type === "function") {
        writer.tag(number, WireType.LengthDelimited).fork();
        writeMessage(writer, one as Message, type());
        writer.join();
      } else {
        writer.tag(number, many === "packed" ? WireType.LengthDelimited : WIRE[type]);
        if (many === "packed") writer.bytes(one as Uint8Array);
        else writeScalar(writer, type, one);
      }
    }
  }
}

function writeScalar(writer: BinaryWriter, type: Scalar, value: unknown): void {
  if (type === "string") writer.string(value as string);
  else if (type === "bytes") writer.bytes(value as Uint8Array);
  else if (type === "int64") writer.int64(BigInt(value as number));
  else writer[type](value as number);
}
