/**
 * Python's pickles, as far as data needs them. A pickle is a program for a small stack machine; the
 * real one may call any function that it names. This one builds lists, dictionaries, numbers and texts,
 * calls nothing, and leaves what the program would have called as a note of its name: what becomes of it
 * says whoever reads the file.
 *
 * The instructions are described in Python's `pickletools`.
 */
import { type Refuse, refuser } from "../refuse.ts";

/** A function or class that a pickle names. */
export class PickledName {
  /** `torch._utils._rebuild_tensor_v2` */
  readonly name: string;

  /** Takes the module's name, and that in it. */
  constructor(module: string, name: string) {
    this.name = `${module}.${name}`;
  }
}

/** An object of a class that is not known here, which was not made. */
export class PickledObject {
  /** The name of its class, or of what would have made it. */
  readonly type: string;

  /** Takes the name. */
  constructor(type: string) {
    this.type = type;
  }
}

/** What a pickle is given meaning by. */
export interface PickleReader {
  /** What a call of the function of this name gives; `undefined` where it is unknown. */
  call(name: string, args: readonly unknown[]): unknown;
  /** What a persistent identity stands for: something outside of the pickle. */
  persistent(id: unknown): unknown;
}

/** Objects in a pickle: a state dictionary has some 15 for each tensor. */
const MOST_OBJECTS = 500_000;

/** What stands on the stack where a list of arguments begins. */
const MARK = Symbol("mark");

/**
 * Reads one pickle that begins at `start`; says where it ends, too.
 *
 * @throws {DataError} if it is damaged, or has instructions that data do not need.
 */
export function readPickle(
  bytes: Uint8Array,
  file: string,
  reader: PickleReader,
  start = 0,
): { value: unknown; end: number } {
  const machine = new Machine(bytes, refuser(file), reader, start);
  return { value: machine.run(), end: machine.at };
}

/** Dictionaries, ordered ones too, are maps; tuples and lists are arrays. */
class Machine {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #refuse: Refuse;
  readonly #reader: PickleReader;
  readonly #memo = new Map<number, unknown>();
  readonly #stack: unknown[] = [];
  #objects = 0;

  constructor(bytes: Uint8Array, refuse: Refuse, reader: PickleReader, start: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#refuse = refuse;
    this.#reader = reader;
    this.at = start;
  }

  /** Runs until the instruction that ends the pickle. */
  run(): unknown {
    while (true) {
      const place = this.at, code = this.#take(1);
      if (this.#bytes[code] === 0x2e) return this.#pop(); // STOP
      const instruction = INSTRUCTIONS.get(this.#bytes[code]);
      if (instruction === undefined) {
        const found = `instruction 0x${this.#bytes[code].toString(16).padStart(2, "0")}`;
        this.#refuse("a pickle of data must be made of known instructions", place, "one", found);
      }
      instruction(this);
    }
  }

  /** Goes over so many bytes; says where they begin. */
  #take(count: number): number {
    const from = this.at;
    if (!(from + count <= this.#bytes.length)) {
      this.#refuse(
        "a pickle must be whole",
        from,
        `${count} more bytes`,
        this.#bytes.length - from,
      );
    }
    this.at += count;
    return from;
  }

  push(value: unknown): void {
    if (++this.#objects > MOST_OBJECTS) {
      this.#refuse("a pickle must be small", this.at, `at most ${MOST_OBJECTS} objects`, "more");
    }
    this.#stack.push(value);
  }

  #pop(): unknown {
    if (this.#stack.length === 0) {
      this.#refuse("a pickle must be whole", this.at, "a value", "none");
    }
    return this.#stack.pop();
  }

  pop(): unknown {
    const value = this.#pop();
    if (value === MARK) this.#refuse("a pickle must be whole", this.at, "a value", "a mark");
    return value;
  }

  top(): unknown {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  mark(): void {
    this.push(MARK);
  }

  /** The values since the last mark. */
  sinceMark(): unknown[] {
    const from = this.#stack.lastIndexOf(MARK);
    if (from < 0) this.#refuse("a pickle must be whole", this.at, "a mark", "none");
    const values = this.#stack.splice(from);
    values.shift();
    return values;
  }

  uint(size: 1 | 2 | 4 | 8): number {
    const at = this.#take(size), view = this.#view;
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, true);
    if (size === 4) return view.getUint32(at, true);
    return Number(view.getBigUint64(at, true));
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** A number of so many bytes, low byte first, with a sign. */
  long(count: number): number | bigint {
    const from = this.#take(count), bytes = this.#bytes;
    if (count > 16) this.#refuse("a number must be small", from, "at most 16 bytes", count);
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = value << 8n | BigInt(bytes[from + i]);
    value = BigInt.asIntN(8 * count, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  bytes(count: number): Uint8Array {
    const from = this.#take(count);
    return this.#bytes.subarray(from, from + count);
  }

  text(count: number): string {
    return new TextDecoder().decode(this.bytes(count));
  }

  /** A text up to the end of the line. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at), most = 1000;
    if (end < 0 || end - this.at > most) {
      this.#refuse("a name must end", this.at, `a line of at most ${most} bytes`, "a longer one");
    }
    const text = this.text(end - this.at);
    this.at = end + 1;
    return text;
  }

  put(index: number): void {
    this.#memo.set(index, this.top());
  }

  memoize(): void {
    this.put(this.#memo.size);
  }

  get(index: number): void {
    if (!this.#memo.has(index)) {
      this.#refuse("a pickle must be whole", this.at, `value ${index}`, "none of that number");
    }
    this.push(this.#memo.get(index));
  }

  name(module: unknown, name: unknown): void {
    this.push(new PickledName(String(module), String(name)));
  }

  persistent(): void {
    this.push(this.#reader.persistent(this.pop()));
  }

  /** What the program would have called. */
  call(): void {
    const args = this.pop(), called = this.pop();
    const name = called instanceof PickledName ? called.name : "something that has no name";
    const list = Array.isArray(args) ? args : [];
    this.push(this.#reader.call(name, list) ?? new PickledObject(name));
  }

  append(values: readonly unknown[]): void {
    const list = this.top();
    if (Array.isArray(list)) { for (const value of values) list.push(value); }
    else if (list instanceof Set) { for (const value of values) list.add(value); }
  }

  set(pairs: readonly unknown[]): void {
    const map = this.top();
    if (!(map instanceof Map)) return; // Of an object that was not made.
    for (let i = 0; i + 1 < pairs.length; i += 2) map.set(pairs[i], pairs[i + 1]);
  }
}

/** An instruction. */
type Instruction = (machine: Machine) => void;

const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, (m) => void m.uint(1)], // PROTO
  [0x95, (m) => void m.uint(8)], // FRAME
  [0x28, (m) => m.mark()], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.sinceMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.int32())], // BININT
  [0x4b, (m) => m.push(m.uint(1))], // BININT1
  [0x4d, (m) => m.push(m.uint(2))], // BININT2
  [0x8a, (m) => m.push(m.long(m.uint(1)))], // LONG1
  [0x8b, (m) => m.push(m.long(m.uint(4)))], // LONG4
  [0x47, (m) => m.push(m.float64())], // BINFLOAT
  [0x58, (m) => m.push(m.text(m.uint(4)))], // BINUNICODE
  [0x8c, (m) => m.push(m.text(m.uint(1)))], // SHORT_BINUNICODE
  [0x8d, (m) => m.push(m.text(m.uint(8)))], // BINUNICODE8
  [0x54, (m) => m.push(m.text(m.uint(4)))], // BINSTRING
  [0x55, (m) => m.push(m.text(m.uint(1)))], // SHORT_BINSTRING
  [0x42, (m) => m.push(m.bytes(m.uint(4)))], // BINBYTES
  [0x43, (m) => m.push(m.bytes(m.uint(1)))], // SHORT_BINBYTES
  [0x8e, (m) => m.push(m.bytes(m.uint(8)))], // BINBYTES8
  [0x96, (m) => m.push(m.bytes(m.uint(8)))], // BYTEARRAY8
  [0x29, (m) => m.push([])], // EMPTY_TUPLE
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x8f, (m) => m.push(new Set())], // EMPTY_SET
  [0x74, (m) => m.push(m.sinceMark())], // TUPLE
  [0x6c, (m) => m.push(m.sinceMark())], // LIST
  [0x91, (m) => m.push(new Set(m.sinceMark()))], // FROZENSET
  [0x85, (m) => m.push([m.pop()])], // TUPLE1
  [0x86, (m) => m.push([m.pop(), m.pop()].reverse())], // TUPLE2
  [0x87, (m) => m.push([m.pop(), m.pop(), m.pop()].reverse())], // TUPLE3
  [0x61, (m) => m.append([m.pop()])], // APPEND
  [0x65, (m) => m.append(m.sinceMark())], // APPENDS
  [0x90, (m) => m.append(m.sinceMark())], // ADDITEMS
  [0x73, (m) => m.set([m.pop(), m.pop()].reverse())], // SETITEM
  [0x75, (m) => m.set(m.sinceMark())], // SETITEMS
  [0x64, (m) => { // DICT
    const pairs = m.sinceMark();
    m.push(new Map());
    m.set(pairs);
  }],
  [0x71, (m) => m.put(m.uint(1))], // BINPUT
  [0x72, (m) => m.put(m.uint(4))], // LONG_BINPUT
  [0x94, (m) => m.memoize()], // MEMOIZE
  [0x68, (m) => m.get(m.uint(1))], // BINGET
  [0x6a, (m) => m.get(m.uint(4))], // LONG_BINGET
  [0x63, (m) => m.name(m.line(), m.line())], // GLOBAL
  [0x93, (m) => { // STACK_GLOBAL
    const name = m.pop(), module = m.pop();
    m.name(module, name);
  }],
  [0x51, (m) => m.persistent()], // BINPERSID
  [0x52, (m) => m.call()], // REDUCE
  [0x81, (m) => m.call()], // NEWOBJ
  [0x92, (m) => { // NEWOBJ_EX
    m.pop();
    m.call();
  }],
  [0x62, (m) => void m.pop()], // BUILD: the attributes of an object, of which none are needed
]);
