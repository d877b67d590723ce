using IpsecDp.Bench.Rounds;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;

namespace IpsecDp.Bench.Crypto;

/// <summary>The contenders of one row: AesGcm, ipsec-mb where there is one, and SimdEngine packet by packet and by the job, over the same packets in turn.</summary>
internal sealed class GcmContest : IDisposable
{
    private readonly SealedPackets _packets;
    private readonly PlatformGcm _platform;
    private readonly IpsecMbGcm[] _rivals;
    private readonly IPacketCipher _cipher;
    private readonly bool[] _opened;
    private readonly int _jobLength;

    /// <summary>Packets of these payloads under one key, so many to a job.</summary>
    public GcmContest(int keyBits, IReadOnlyList<int> payloadLengths, int jobLength)
    {
        _jobLength = jobLength;
        _packets = new SealedPackets(new CipherSuite(EncryptionAlgorithm.AesGcm16, keyBits), payloadLengths);
        _platform = _packets.CreatePlatform();
        _rivals = [.. IpsecMb.Variants.Select(variant => variant.CreateGcm(_packets.Material))];
        _cipher = _packets.CreateCipher(new SimdEngine());
        _opened = new bool[_packets.Slices.Length];
        _platform.Seal(_packets.Slices);
        _packets.Keep();
        foreach (IpsecMbGcm rival in _rivals)
        {
            Require(rival.Open(_packets.Slices));
            _packets.Restore();
        }
    }

    /// <summary>The names, in the order of the times.</summary>
    public static IReadOnlyList<string> Names { get; } = ["AesGcm", .. IpsecMb.Variants.Select(variant => variant.Name), "ours, call", "ours, job"];

    /// <summary>Octets of payload in a round.</summary>
    public int Octets => _packets.PayloadOctets;

    /// <summary>Packets in a round.</summary>
    public int Packets => _packets.Slices.Length;

    /// <summary>Times of a round of each.</summary>
    public RoundTimes[] Seal(TimeSpan duration) => InterleavedRounds.Measure(
        duration,
        _packets.Restore,
        [() => _platform.Seal(_packets.Slices), .. _rivals.Select<IpsecMbGcm, Action>(rival => () => rival.Seal(_packets.Slices)), SealEach, SealJobs]);

    /// <summary>Times of a round of each; the sealed packets are put back before it, untimed.</summary>
    public RoundTimes[] Open(TimeSpan duration) => InterleavedRounds.Measure(
        duration,
        _packets.Restore,
        [() => _platform.Open(_packets.Slices), .. _rivals.Select<IpsecMbGcm, Action>(rival => () => Require(rival.Open(_packets.Slices))), OpenEach, OpenJobs]);

    /// <inheritdoc/>
    public void Dispose()
    {
        _platform.Dispose();
        _cipher.Dispose();
        foreach (IpsecMbGcm rival in _rivals)
        {
            rival.Dispose();
        }
    }

    private static void Require(bool isRight)
    {
        if (!isRight)
        {
            throw new InvalidOperationException("a packet did not open");
        }
    }

    private void SealEach()
    {
        foreach (ref readonly PacketSlice slice in _packets.Slices.AsSpan())
        {
            _cipher.Seal(slice.Packet, slice.Sequence);
        }
    }

    private void OpenEach()
    {
        var isRight = true;
        foreach (ref readonly PacketSlice slice in _packets.Slices.AsSpan())
        {
            isRight &= _cipher.TryOpen(slice.Packet, slice.Sequence);
        }

        Require(isRight);
    }

    private void SealJobs()
    {
        for (var at = 0; at < Packets; at += _jobLength)
        {
            _cipher.SealMany(_packets.Slices.AsSpan(at, Math.Min(_jobLength, Packets - at)));
        }
    }

    private void OpenJobs()
    {
        for (var at = 0; at < Packets; at += _jobLength)
        {
            int count = Math.Min(_jobLength, Packets - at);
            _cipher.OpenMany(_packets.Slices.AsSpan(at, count), _opened.AsSpan(at, count));
        }

        Require(!_opened.AsSpan().Contains(false));
    }
}
