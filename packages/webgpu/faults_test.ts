/** Devices that are missing, too small, lost or full: what is said, and what goes on. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  add,
  BackendError,
  backendInfo,
  currentBackend,
  ones,
  sum,
  tensor,
  tidy,
  useBackend,
  zeros,
} from "@neurite/tensor";
import { adapterTest } from "../../testing/webgpu_adapter.ts";
import { handIn } from "../../testing/webgpu_handed_in.ts";

Deno.test("without the interface, without an adapter, with wrong options: it says what to do", async () => {
  const no = await assertRejects(
    () => useBackend("webgpu", { gpu: { requestAdapter: () => Promise.resolve(null) } }),
    BackendError,
    "there must be an adapter: current none",
  );
  assertStringIncludes(no.message, "mesa-vulkan-drivers");
  await assertRejects(
    () => useBackend("webgpu", { gpu: {} }),
    BackendError,
    "gpu must be the interface of WebGPU",
  );
  await assertRejects(() => useBackend("webgpu", { gup: 1 }), TypeError, "gpu");
  await assertRejects(
    () => useBackend("webgpu", { powerPreference: "most" }),
    RangeError,
    "powerPreference",
  );
  await assertRejects(() => useBackend("webgpu", { memoryLimit: -1 }), RangeError, "memoryLimit");
});

adapterTest("an adapter that is too small is refused with the numbers", async () => {
  const { gpu } = handIn({ maxComputeInvocationsPerWorkgroup: 128 });
  await assertRejects(
    () => useBackend("webgpu", { gpu }),
    BackendError,
    "maxComputeInvocationsPerWorkgroup must be at least 256: current 128",
  );
});

adapterTest(
  "a device that is lost says so, other backends go on, and it is started again",
  async () => {
    const handed = handIn();
    await useBackend("webgpu", { gpu: handed.gpu });
    const x = tensor([1, 2, 3]), y = add(x, 1);
    handed.device!.destroy();
    const lost = await assertRejects(
      () => y.data(),
      BackendError,
      "it was lost: current destroyed",
    );
    assertStringIncludes(lost.message, 'await useBackend("webgpu")');
    await assertRejects(() => y.data(), BackendError, "it was lost");
    assertThrows(() => add(x, 1), BackendError, "it was lost");
    assertThrows(() => tensor([1, 2]), BackendError, "it was lost");
    x.dispose();
    y.dispose();
    await useBackend("wasm", { threads: 1 });
    assertEquals(add(tensor([1]), 1).dataSync(), new Float32Array([2]));
    await useBackend("webgpu", { gpu: handed.gpu });
    assertEquals([...await add(tensor([1, 2]), 1).data()], [2, 3]);
  },
);

adapterTest(
  "memory that is limited: the error has the numbers, and what is given back can be used",
  async () => {
    const { gpu } = handIn();
    await useBackend("webgpu", { gpu, memoryLimit: 2 ** 20 });
    const first = zeros([2 ** 17]);
    const full = assertThrows(
      () => zeros([2 ** 17 + 64]),
      BackendError,
      "memory is limited to 1048576",
    );
    assertStringIncludes(full.message, "524288 in use");
    first.dispose();
    const second = ones([2 ** 17 + 64]);
    assertEquals((await sum(second).data())[0], 2 ** 17 + 64);
    second.dispose();
    assert(backendInfo().memoryReserved <= 2 ** 20);
  },
);

adapterTest("a device without room: the next call says so, and what fits goes on", async () => {
  const handed = handIn();
  await useBackend("webgpu", { gpu: handed.gpu });
  await tensor([1, 2]).data();
  const device = handed.device!, own = device.popErrorScope.bind(device);
  device.popErrorScope = async () => {
    await own();
    device.popErrorScope = own;
    return new GPUOutOfMemoryError("no room");
  };
  const x = zeros([2 ** 18]);
  await assertRejects(() => x.data(), BackendError, "the device has no room for it");
  x.dispose();
  assertEquals([...await add(tensor([1, 2]), 1).data()], [2, 3]);
  await useBackend("wasm", { threads: 1 });
  assertEquals(add(tensor([1]), 1).dataSync(), new Float32Array([2]));
});

adapterTest("tensors of two backends, and reading at once, are refused", async () => {
  const x = tensor([1, 2]);
  assertThrows(() => x.dataSync(), BackendError, "Use await x.data()");
  assertThrows(() => tidy(() => sum(x).item()), BackendError, "has to be awaited");
  await useBackend("wasm", { threads: 1 });
  const y = tensor([1, 2]);
  assertThrows(() => add(x, y), BackendError, 'current "webgpu" and "wasm"');
  assertEquals((await add(await x.to(currentBackend()), y).data())[1], 4);
});
