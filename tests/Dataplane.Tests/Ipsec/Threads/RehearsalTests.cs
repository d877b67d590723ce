using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;

namespace Dataplane.Tests.Ipsec.Threads;

/// <summary>The packets a thread takes through a line of its own between those of others.</summary>
public sealed class RehearsalTests
{
    private const int Warm = 500;
    private const int Runs = 2000;

    [Fact]
    public void Run_ManyTimes_LosesNothingAndAllocatesNothing()
    {
        using var rehearsal = new Rehearsal(new CryptoEngines(new SimdEngine(), new PlatformEngine()));
        var whole = 0;
        for (var run = 0; run < Warm; run++)
        {
            whole += rehearsal.Run() ? 1 : 0;
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var run = 0; run < Runs; run++)
        {
            whole += rehearsal.Run() ? 1 : 0;
        }

        Assert.Equal((0L, Warm + Runs), (GC.GetAllocatedBytesForCurrentThread() - before, whole));
    }

    /// <summary>Sealing and opening nobody's packets is no work an engine could have taken over.</summary>
    [Fact]
    public void Run_ThreadWithAMeter_IsBookedWhereTheThreadStands()
    {
        var ledger = new CpuLedger();
        using var meter = ledger.Register("test", CpuAccount.General);
        using (var rehearsal = new Rehearsal(new CryptoEngines(new PlatformEngine())))
        {
            for (var run = 0; run < Runs; run++)
            {
                rehearsal.Run();
                Assert.Same(meter, ThreadMeter.Current);
            }
        }

        Assert.Same(meter, ThreadMeter.Current);
        var booked = ledger.Snapshot();
        Assert.True(booked[CpuAccount.General] > 0);
        Assert.All(CpuAccounts.All.Where(static account => account != CpuAccount.General), account => Assert.Equal(0, booked[account]));
    }

    [Fact]
    public void Run_PacketThatIsLost_IsReplaced()
    {
        var engine = new DamagingEngine();
        using var rehearsal = new Rehearsal(new CryptoEngines(engine));
        Assert.True(rehearsal.Run());
        for (var time = 0; time < 3; time++)
        {
            engine.Damages = true;
            Assert.False(rehearsal.Run());
            Assert.False(rehearsal.Run());
            engine.Damages = false;
            Assert.True(rehearsal.Run());
        }
    }

    // AES-GCM that spoils what it sealed.
    private sealed class DamagingEngine : ICryptoEngine
    {
        private readonly PlatformEngine _platform = new();

        public bool Damages { get; set; }

        public string Name => "damaging";

        public string Instructions => _platform.Instructions;

        public bool Supports(CipherSuite suite) => _platform.Supports(suite);

        public bool Supports(IntegrityAlgorithm algorithm) => _platform.Supports(algorithm);

        public IPacketCipher CreateCipher(CipherSuite suite, SuiteKeys keys, bool extendedSequenceNumbers) =>
            new Cipher(this, _platform.CreateCipher(suite, keys, extendedSequenceNumbers));

        public IPacketMac CreateMac(IntegrityAlgorithm algorithm, SecretBytes key) => _platform.CreateMac(algorithm, key);

        private sealed class Cipher(DamagingEngine engine, IPacketCipher inner) : IPacketCipher
        {
            public CipherSuite Suite => inner.Suite;

            public void WriteIv(Span<byte> iv, ulong sequence) => inner.WriteIv(iv, sequence);

            public void Seal(Span<byte> packet, ulong sequence)
            {
                inner.Seal(packet, sequence);
                packet[^1] ^= (byte)(engine.Damages ? 1 : 0);
            }

            public bool TryOpen(Span<byte> packet, ulong sequence) => inner.TryOpen(packet, sequence);

            public void Dispose() => inner.Dispose();
        }
    }
}
