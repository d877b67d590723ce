using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.TestKit.Line;

namespace IpsecDp.Bench.Engines;

/// <summary>A job that seals 64 packets of 1400 octets under its SA's AES-128-GCM key.</summary>
internal sealed class SealWork : LaneJob, IDisposable
{
    /// <summary>Packets of a job.</summary>
    public const int BatchSize = 64;

    private const int Octets = 1400;
    private const int PacketOctets = 8 + 8 + Octets + 16;

    private readonly PacketSlice[] _slices = new PacketSlice[BatchSize];
    private readonly IPacketCipher _cipher;
    private int _taken;

    /// <summary>A job of an SA by its number.</summary>
    public SealWork(uint sa)
    {
        using var model = TestSa.Model(0x1000 + sa, "192.0.2.1", "192.0.2.2", isOutbound: true);
        _cipher = new SimdEngine().CreateCipher(model.Suite, model.Keys, model.ExtendedSequenceNumbers);
        for (var i = 0; i < BatchSize; i++)
        {
            var memory = GC.AllocateArray<byte>(PacketOctets + PacketSlice.Slack, pinned: true);
            _slices[i] = new PacketSlice(memory, 0, PacketOctets, (ulong)i + 1);
        }
    }

    /// <summary>Whether it was delivered.</summary>
    public bool IsFree => Volatile.Read(ref _taken) == 0;

    /// <inheritdoc/>
    public override int Packets => BatchSize;

    /// <inheritdoc/>
    public override int Bytes => BatchSize * Octets;

    /// <summary>Marks it as under way.</summary>
    public void Take() => Volatile.Write(ref _taken, 1);

    /// <inheritdoc/>
    public override void Run() => _cipher.SealMany(_slices);

    /// <inheritdoc/>
    public override void Deliver() => Volatile.Write(ref _taken, 0);

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();
}
