using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;
using IpsecDp.Ipsec.Esp;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Bench.Line;

/// <summary>The baseline of <see cref="MemoryLine"/>: the cipher alone over ESP packets of the same length, at the same place in buffers of the same size.</summary>
internal sealed class BareCipher : IDisposable
{
    private readonly BufferPool _stock = new(BufferPool.PacketCapacity, MemoryLine.BatchSize);
    private readonly PacketBatch _batch = new();
    private readonly PacketSlice[] _slices = new PacketSlice[MemoryLine.BatchSize];
    private readonly bool[] _opened = new bool[MemoryLine.BatchSize];
    private readonly IPacketCipher _cipher;

    /// <summary>A batch of what the line makes of packets of <paramref name="packetLength"/> octets.</summary>
    public BareCipher(SaMode mode, int packetLength)
    {
        using SaModel model = TestSa.Model(0x1002, "192.0.2.1", "192.0.2.2", true, mode);
        _cipher = new SimdEngine().CreateCipher(model.Suite, model.Keys, model.ExtendedSequenceNumbers);
        int header = Ipv4View.MinimumHeaderLength;
        int length = new BundleGeometry([model]).SealedLength(packetLength, header) - header;
        for (var i = 0; i < _slices.Length; i++)
        {
            PacketBuffer buffer = _stock.TryRent()!;
            _batch.Add(buffer);
            buffer.SetLength(packetLength);
            int espAt = buffer.Offset + (mode == SaMode.Tunnel ? 0 : header) - BundleGeometry.Lead(model);
            _slices[i] = new PacketSlice(buffer.Memory, espAt, length, (ulong)i + 1);
            _slices[i].Packet.Fill(0xA5);
            _cipher.WriteIv(_slices[i].Packet.Slice(8, model.Suite.IvLength), _slices[i].Sequence);
        }
    }

    /// <summary>Seals and opens the batch that often; throws when a packet did not open.</summary>
    public void SealAndOpen(int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            _cipher.SealMany(_slices);
            _cipher.OpenMany(_slices, _opened);
            if (_opened.AsSpan().Contains(false))
            {
                throw new InvalidOperationException("a packet did not open");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _cipher.Dispose();
    }
}
