import { assertEquals } from "@std/assert";
import { grad, relu, sum, tensor, transpose } from "../../mod.ts";
import { reluGradient } from "../../internal.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(relu([-1, 0, 2.5]).array(), [0, 0, 2.5]);
  assertEquals(relu([-Infinity, Infinity, NaN]).array(), [0, Infinity, NaN]);
  assertEquals(relu(transpose([[1, -2], [-3, 4]])).array(), [[1, 0], [0, 4]]);
  assertEquals(relu([]).shape, [0]);
});

Deno.test("the gradient is 1 above 0, else 0, at 0 too; that of it is 0", () => {
  const first = grad((x) => sum(relu(x))), second = grad((x) => sum(first(x)));
  const x = tensor([-1, 0, -0, 2]);
  assertEquals(first(x).array(), [0, 0, 0, 1]);
  assertEquals(second(x).array(), [0, 0, 0, 0]);
});

Deno.test("reluGradient by hand, with its own gradients", () => {
  assertEquals(reluGradient([2, 3, 4], [1, 0, -1]).array(), [2, 0, 0]);
  assertEquals(reluGradient([NaN, Infinity], [0, 0]).array(), [0, 0]);
  const both = [tensor([2, 2]), tensor([1, 0])] as const;
  assertEquals(grad((dy, y) => sum(reluGradient(dy, y)), 0)(...both).array(), [1, 0]);
  assertEquals(grad((dy, y) => sum(reluGradient(dy, y)), 1)(...both).array(), [0, 0]);
});
