/**
 * The messages of ONNX that models are made of, with the numbers of their fields: those of `onnx.proto`,
 * https://github.com/onnx/onnx/blob/main/docs/IR.md. What a message has and is not listed is passed over
 * where it says nothing about the numbers: documentation, names of devices, metadata.
 */
import { decode, encode, type Field, type Fields } from "./wire.ts";

/** A tensor in a file: a weight, a constant. Its numbers stand in one of the data fields. */
export interface TensorProto {
  /** The sizes. */
  dims?: number[];
  /** The element type, a number of {@linkcode ELEMENT_TYPES}. */
  dataType?: number;
  /** The name. */
  name?: string;
  /** The numbers as they stand in memory, low byte first. */
  rawData?: Uint8Array;
  /** Numbers of float32. */
  floatData?: Uint8Array[];
  /** Numbers of all types of at most 32 bits, as variable-length integers. */
  int32Data?: Uint8Array[];
  /** Texts. */
  stringData?: Uint8Array[];
  /** Integers of 64 bits, of variable length. */
  int64Data?: Uint8Array[];
  /** Numbers of float64. */
  doubleData?: Uint8Array[];
  /** Unsigned integers of 64 bits, of variable length. */
  uint64Data?: Uint8Array[];
  /** Where the numbers stand that are in another file: `location`, `offset`, `length`. */
  externalData?: { key?: string; value?: string }[];
  /** 1 for numbers in another file. */
  dataLocation?: number;
}

/** An attribute of a node. */
export interface AttributeProto {
  /** The name. */
  name?: string;
  /** The attribute of the function around it whose value it takes. */
  refAttrName?: string;
  /** Which of the values it has, a number of {@linkcode ATTRIBUTE_TYPES}. */
  type?: number;
  /** A number. */
  f?: number;
  /** An integer. */
  i?: number;
  /** A text. */
  s?: Uint8Array;
  /** A tensor. */
  t?: TensorProto;
  /** A graph. */
  g?: GraphProto;
  /** Numbers. */
  floats?: number[];
  /** Integers. */
  ints?: number[];
  /** Texts. */
  strings?: Uint8Array[];
}

/** An operator with what it is given and what it makes, by the names of values. */
export interface NodeProto {
  /** What it is given; an empty name for what is left out. */
  input?: string[];
  /** What it makes. */
  output?: string[];
  /** Its name. */
  name?: string;
  /** The operator. */
  opType?: string;
  /** The set of operators; ONNX's own by default. */
  domain?: string;
  /** The attributes. */
  attribute?: AttributeProto[];
}

/** A size: known, or by name. */
export interface DimensionProto {
  /** The size. */
  dimValue?: number;
  /** A name for a size that varies. */
  dimParam?: string;
}

/** The type of a value: a tensor, or something that is none. */
export interface TypeProto {
  /** A tensor of an element type and a shape. */
  tensorType?: { elemType?: number; shape?: { dim?: DimensionProto[] } };
  /** A sequence of values. */
  sequenceType?: object;
  /** A map. */
  mapType?: object;
  /** A value that may be missing. */
  optionalType?: object;
  /** A sparse tensor. */
  sparseTensorType?: object;
}

/** A value with its type. */
export interface ValueInfoProto {
  /** The name. */
  name?: string;
  /** The type. */
  type?: TypeProto;
}

/** A graph: nodes in an order in which they can be run. */
export interface GraphProto {
  /** The nodes. */
  node?: NodeProto[];
  /** The name. */
  name?: string;
  /** Weights and constants. */
  initializer?: TensorProto[];
  /** Sparse ones. */
  sparseInitializer?: object[];
  /** What it is given. */
  input?: ValueInfoProto[];
  /** What it makes. */
  output?: ValueInfoProto[];
  /** Types of values in between. */
  valueInfo?: ValueInfoProto[];
}

/** An operator that the file defines by others. */
export interface FunctionProto {
  /** The name. */
  name?: string;
  /** What it is given. */
  input?: string[];
  /** What it makes. */
  output?: string[];
  /** The names of attributes that have no default. */
  attribute?: string[];
  /** The attributes that have one. */
  attributeProto?: AttributeProto[];
  /** The nodes. */
  node?: NodeProto[];
  /** The set of operators that it belongs to. */
  domain?: string;
}

/** A set of operators and its version. */
export interface OperatorSetProto {
  /** The set; ONNX's own by default. */
  domain?: string;
  /** The version. */
  version?: number;
}

/** A model file. */
export interface ModelProto {
  /** The version of the format. */
  irVersion?: number;
  /** The sets of operators. */
  opsetImport?: OperatorSetProto[];
  /** The program that wrote it. */
  producerName?: string;
  /** Its version. */
  producerVersion?: string;
  /** The graph. */
  graph?: GraphProto;
  /** Operators that the file defines. */
  functions?: FunctionProto[];
}

/** Fields that are exactly those of an interface: the type check finds one that is missing. */
type FieldsOf<T> = Readonly<Record<keyof T, Field>>;

const one = (number: number, type: Field["type"]): Field => ({ number, type });
const list = (number: number, type: Field["type"]): Field => ({ number, type, many: "list" });
const packed = (number: number): Field => ({ number, type: "bytes", many: "packed" });

const ENTRY: Fields = { key: one(1, "string"), value: one(2, "string") };
const NOTHING: Fields = {};

const TENSOR: FieldsOf<TensorProto> = {
  dims: list(1, "int64"),
  dataType: one(2, "int32"),
  floatData: packed(4),
  int32Data: packed(5),
  stringData: list(6, "bytes"),
  int64Data: packed(7),
  name: one(8, "string"),
  rawData: one(9, "bytes"),
  doubleData: packed(10),
  uint64Data: packed(11),
  externalData: list(13, () => ENTRY),
  dataLocation: one(14, "int32"),
};

const ATTRIBUTE: FieldsOf<AttributeProto> = {
  name: one(1, "string"),
  f: one(2, "float"),
  i: one(3, "int64"),
  s: one(4, "bytes"),
  t: one(5, () => TENSOR),
  g: one(6, () => GRAPH),
  floats: list(7, "float"),
  ints: list(8, "int64"),
  strings: list(9, "bytes"),
  type: one(20, "int32"),
  refAttrName: one(21, "string"),
};

const NODE: FieldsOf<NodeProto> = {
  input: list(1, "string"),
  output: list(2, "string"),
  name: one(3, "string"),
  opType: one(4, "string"),
  attribute: list(5, () => ATTRIBUTE),
  domain: one(7, "string"),
};

const DIMENSION: FieldsOf<DimensionProto> = {
  dimValue: one(1, "int64"),
  dimParam: one(2, "string"),
};
const SHAPE: Fields = { dim: list(1, () => DIMENSION) };
const TENSOR_TYPE: Fields = { elemType: one(1, "int32"), shape: one(2, () => SHAPE) };

const TYPE: FieldsOf<TypeProto> = {
  tensorType: one(1, () => TENSOR_TYPE),
  sequenceType: one(4, () => NOTHING),
  mapType: one(5, () => NOTHING),
  sparseTensorType: one(8, () => NOTHING),
  optionalType: one(9, () => NOTHING),
};

const VALUE_INFO: FieldsOf<ValueInfoProto> = { name: one(1, "string"), type: one(2, () => TYPE) };

const GRAPH: FieldsOf<GraphProto> = {
  node: list(1, () => NODE),
  name: one(2, "string"),
  initializer: list(5, () => TENSOR),
  input: list(11, () => VALUE_INFO),
  output: list(12, () => VALUE_INFO),
  valueInfo: list(13, () => VALUE_INFO),
  sparseInitializer: list(15, () => NOTHING),
};

const FUNCTION: FieldsOf<FunctionProto> = {
  name: one(1, "string"),
  input: list(4, "string"),
  output: list(5, "string"),
  attribute: list(6, "string"),
  node: list(7, () => NODE),
  domain: one(10, "string"),
  attributeProto: list(11, () => ATTRIBUTE),
};

const OPERATOR_SET: FieldsOf<OperatorSetProto> = {
  domain: one(1, "string"),
  version: one(2, "int64"),
};

const MODEL: FieldsOf<ModelProto> = {
  irVersion: one(1, "int64"),
  producerName: one(2, "string"),
  producerVersion: one(3, "string"),
  graph: one(7, () => GRAPH),
  opsetImport: list(8, () => OPERATOR_SET),
  functions: list(25, () => FUNCTION),
};

/** The numbers of the kinds of attributes. */
export const ATTRIBUTE_TYPES = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

/** The model that stands in `bytes`; throws `RangeError` where they are no such message. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  return decode(bytes, MODEL);
}

/** The bytes of a model. */
export function encodeModel(model: ModelProto): Uint8Array<ArrayBuffer> {
  return encode(model, MODEL);
}

/** The tensor that stands in `bytes`, as in the `.pb` files of ONNX's tests. */
export function decodeTensor(bytes: Uint8Array): TensorProto {
  return decode(bytes, TENSOR);
}
