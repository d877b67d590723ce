using System.Collections.Concurrent;
using IpsecDp.Crypto;

namespace Offload.Tests.Crypto;

public sealed class ConcurrencyTests
{
    private const int Threads = 4;
    private const int PacketsPerThread = 200;

    public static TheoryData<string> Engines => EngineUnderTest.ProductNames;

    [Theory, MemberData(nameof(Engines))]
    public void Cipher_UsedByFourThreadsAtOnce_SealsAndOpensAsByOne(string engine)
    {
        var tested = EngineUnderTest.Named(engine);
        foreach (var suite in tested.Suites)
        {
            using var keys = PacketForge.Keys(suite);
            using var cipher = tested.Engine.CreateCipher(suite, keys, true);
            var alone = Enumerable.Range(0, PacketsPerThread).Select(i => PacketForge.Sealed(cipher, (ulong)i, Length(i))).ToArray();
            var failures = 0;
            RunTogether(() =>
            {
                for (var i = 0; i < PacketsPerThread; i++)
                {
                    var packet = PacketForge.Sealed(cipher, (ulong)i, Length(i));
                    var isAlike = packet.AsSpan().SequenceEqual(alone[i]) && cipher.TryOpen(packet, (ulong)i);
                    packet = PacketForge.WithBitTurned(alone[i], i % (8 * alone[i].Length));
                    if (!isAlike || cipher.TryOpen(packet, (ulong)i))
                    {
                        Interlocked.Increment(ref failures);
                    }
                }
            });
            Assert.True(failures == 0, $"{suite}: {failures}");
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Mac_UsedByFourThreadsAtOnce_SignsAsByOne(string engine)
    {
        var tested = EngineUnderTest.Named(engine).Engine;
        foreach (var (algorithm, keyLength) in MacCases.Of(tested))
        {
            using var key = new IpsecDp.Crypto.Secrets.SecretBytes(PacketForge.Octets(keyLength, 3));
            using var mac = tested.CreateMac(algorithm, key);
            var octets = PacketForge.Octets(333, 5);
            var alone = new byte[mac.IcvLength];
            mac.Sign(octets, 4, alone);
            var failures = 0;
            RunTogether(() =>
            {
                var icv = new byte[mac.IcvLength];
                for (var i = 0; i < PacketsPerThread; i++)
                {
                    mac.Sign(octets, 4, icv);
                    if (!icv.AsSpan().SequenceEqual(alone) || !mac.Verify(octets, alone))
                    {
                        Interlocked.Increment(ref failures);
                    }
                }
            });
            Assert.True(failures == 0, $"{algorithm}: {failures}");
        }
    }

    private static int Length(int i) => 16 * (i % 40);

    private static void RunTogether(Action work)
    {
        using var start = new Barrier(Threads);
        var faults = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            if (Record.Exception(work) is { } fault)
            {
                faults.Enqueue(fault);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Empty(faults);
    }
}
