using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>HMAC across the packets of a job, in eight lanes or sixteen, and by the platform where there are too few packets to fill them.</summary>
internal sealed class LaneHmac<THash> : TruncatedMac
    where THash : struct, ILaneHash
{
    // A round of all lanes takes the platform's time for so many packets of 1400 octets (docs/performance.md, "CBC and HMAC across packets").
    private const int FewestPackets = 6;
    private const int FewestRotating = 4;

    private const int BlockLength = 64;
    private const byte InnerPad = 0x36;
    private const byte OuterPad = 0x5C;

    private readonly PlatformHmac _platform;
    private readonly CpuFeatures _features;
    private readonly HmacStates _states = new(THash.Initial.Length);
    private bool _isDisposed;

    /// <summary>Takes a key no longer than a block.</summary>
    public LaneHmac(IntegrityAlgorithm algorithm, ReadOnlySpan<byte> key, CpuFeatures features)
        : base(algorithm)
    {
        _platform = new PlatformHmac(algorithm, key);
        _features = features;
        Span<byte> block = stackalloc byte[BlockLength];
        Fill(block, key, InnerPad);
        HmacLanes<THash, Words256, Vector256<uint>>.Prepare(block, _states.Inner);
        Fill(block, key, OuterPad);
        HmacLanes<THash, Words256, Vector256<uint>>.Prepare(block, _states.Outer);
        CryptographicOperations.ZeroMemory(block);
    }

    public override void Compute(ReadOnlySpan<byte> octets, Span<byte> icv) => _platform.Compute(octets, icv);

    public override void ComputeMany(ReadOnlySpan<PacketSlice> packets, bool isExtended, Span<byte> icvs)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (packets.Length < (_features.RotatingWords256 ? FewestRotating : FewestPackets))
        {
            base.ComputeMany(packets, isExtended, icvs);
        }
        else if (_features.Words512 && packets.Length > Words256.Lanes)
        {
            HmacLanes<THash, Words512, Vector512<uint>>.Compute(_states, packets, isExtended, IcvLength, icvs);
        }
        else if (_features.RotatingWords256)
        {
            HmacLanes<THash, RotatingWords256, Vector256<uint>>.Compute(_states, packets, isExtended, IcvLength, icvs);
        }
        else
        {
            HmacLanes<THash, Words256, Vector256<uint>>.Compute(_states, packets, isExtended, IcvLength, icvs);
        }
    }

    public override void Dispose()
    {
        _isDisposed = true;
        _platform.Dispose();
        _states.Dispose();
    }

    private static void Fill(Span<byte> block, ReadOnlySpan<byte> key, byte pad)
    {
        block.Fill(pad);
        for (var i = 0; i < key.Length; i++)
        {
            block[i] ^= key[i];
        }
    }
}
