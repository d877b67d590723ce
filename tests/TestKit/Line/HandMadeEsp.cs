using System.Buffers.Binary;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace IpsecDp.TestKit.Line;

/// <summary>Authentic ESP packets around any octets at all, right or wrong: the peer's key is used, its care is not.</summary>
public static class HandMadeEsp
{
    private static readonly CryptoEngines Engines = new(new PlatformEngine(), new SimdEngine());

    /// <summary>From the SPI to the ICV: exactly these octets encrypted, trailer included, under a number of the test's choice.</summary>
    public static byte[] Seal(SaModel model, ReadOnlySpan<byte> payloadWithTrailer, ulong sequence)
    {
        using var cipher = Engines.Choose(model.Suite).CreateCipher(model.Suite, model.Keys, model.ExtendedSequenceNumbers);
        var (ivLength, icvLength) = (model.Suite.IvLength, model.Suite.IcvLength);
        var length = 8 + ivLength + payloadWithTrailer.Length + icvLength;
        var memory = GC.AllocateArray<byte>(length + PacketSlice.Slack, pinned: true);
        BinaryPrimitives.WriteUInt32BigEndian(memory, model.Spi);
        BinaryPrimitives.WriteUInt32BigEndian(memory.AsSpan(4), (uint)sequence);
        cipher.WriteIv(memory.AsSpan(8, ivLength), sequence);
        payloadWithTrailer.CopyTo(memory.AsSpan(8 + ivLength));
        cipher.SealMany([new PacketSlice(memory, 0, length, sequence)]);
        return memory[..length];
    }

    /// <summary>The same as a whole IP packet between two endpoints, under UDP where the model says so.</summary>
    public static byte[] Packet(SaModel model, string from, string to, ReadOnlySpan<byte> payloadWithTrailer, ulong sequence)
    {
        var esp = Seal(model, payloadWithTrailer, sequence);
        return model.Encapsulation is { } ports
            ? PacketBuilder.Udp(from, to, ports.RemotePort, ports.LocalPort).Payload(esp).Build()
            : PacketBuilder.Ip(from, to, IpProtocol.Esp).Payload(esp).Build();
    }

    /// <summary>Octets with default padding to an alignment, pad length and next header behind them.</summary>
    public static byte[] WithTrailer(ReadOnlySpan<byte> payload, byte nextHeader, int alignment = 4)
    {
        var padding = -(payload.Length + 2) & (alignment - 1);
        return [.. payload, .. Enumerable.Range(1, padding).Select(i => (byte)i), (byte)padding, nextHeader];
    }
}
