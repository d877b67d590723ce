using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Bench.Crypto;

/// <summary>ESP packets in one pinned array, each with its slack, and the keys they are under.</summary>
internal sealed class SealedPackets
{
    private const int HeaderLength = 8;
    private const int CacheLine = 64;

    private readonly byte[] _memory;
    private readonly byte[] _sealed;

    /// <summary>Lays out <paramref name="count"/> packets of one length.</summary>
    public SealedPackets(CipherSuite suite, int payloadLength, int count)
        : this(suite, [.. Enumerable.Repeat(payloadLength, count)])
    {
    }

    /// <summary>Lays out a packet for each length; the IV of each is its number.</summary>
    public SealedPackets(CipherSuite suite, IReadOnlyList<int> payloadLengths)
    {
        Suite = suite;
        Material = RandomNumberGenerator.GetBytes(suite.KeyLength + suite.SaltLength);
        PayloadOctets = payloadLengths.Sum();
        int overhead = HeaderLength + suite.IvLength + suite.IcvLength;
        int stride = (overhead + payloadLengths.Max() + PacketSlice.Slack + CacheLine - 1) / CacheLine * CacheLine;
        _memory = GC.AllocateArray<byte>(payloadLengths.Count * stride + CacheLine, pinned: true);
        _sealed = new byte[_memory.Length];
        Slices = new PacketSlice[payloadLengths.Count];
        for (var i = 0; i < Slices.Length; i++)
        {
            Slices[i] = new PacketSlice(_memory, i * stride, overhead + payloadLengths[i], (ulong)i + 1);
            _memory[i * stride + HeaderLength + suite.IvLength - 1] = (byte)i;
            _memory[i * stride + HeaderLength + suite.IvLength - 2] = (byte)(i >> 8);
        }
    }

    /// <summary>The suite of all packets.</summary>
    public CipherSuite Suite { get; }

    /// <summary>Octets of payload of all packets together.</summary>
    public int PayloadOctets { get; }

    /// <summary>Key and salt.</summary>
    public byte[] Material { get; }

    /// <summary>Where the packets lie.</summary>
    public PacketSlice[] Slices { get; }

    /// <summary>The cipher of an engine under the packets' keys.</summary>
    public IPacketCipher CreateCipher(ICryptoEngine engine)
    {
        using var keys = new SuiteKeys(new SecretBytes(Material), new SecretBytes(new byte[Suite.IntegrityKeyLength]));
        return engine.CreateCipher(Suite, keys, extendedSequenceNumbers: false);
    }

    /// <summary>The platform's GCM under the packets' key.</summary>
    public PlatformGcm CreatePlatform() => new(Material);

    /// <summary>Keeps the packets as they are, sealed.</summary>
    public void Keep() => _memory.CopyTo(_sealed, 0);

    /// <summary>Puts back what was kept, so that it can be opened again.</summary>
    public void Restore() => _sealed.CopyTo(_memory, 0);
}
