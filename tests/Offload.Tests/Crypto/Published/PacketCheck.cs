using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

/// <summary>Runs whole packets that others sealed.</summary>
public static class PacketCheck
{
    /// <summary>The packet opens, its payload makes sense, sealing it again gives the same octets, and no turned bit passes; returns the payload.</summary>
    public static byte[] Esp(EngineUnderTest tested, EspVector vector)
    {
        using var keys = PacketForge.Keys(vector.EncryptionKey, vector.IntegrityKey);
        using var cipher = tested.Engine.CreateCipher(vector.Suite, keys, vector.IsExtended);
        var packet = (byte[])vector.Packet.Clone();
        Assert.True(cipher.TryOpen(packet, vector.Sequence), vector.Name);
        var payload = PacketForge.Payload(vector.Suite, packet);
        if (vector.Payload is not null)
        {
            Assert.True(vector.Payload.AsSpan().SequenceEqual(payload), vector.Name);
        }

        cipher.Seal(packet, vector.Sequence);
        Assert.True(vector.Packet.AsSpan().SequenceEqual(packet), vector.Name);
        for (var bit = 0; bit < 8 * packet.Length; bit += 5)
        {
            Assert.False(cipher.TryOpen(PacketForge.WithBitTurned(packet, bit), vector.Sequence), vector.Name);
        }

        return payload;
    }

    /// <summary>The ICV verifies, signing gives the same, and no turned bit passes.</summary>
    public static void Ah(EngineUnderTest tested, AhVector vector)
    {
        using var key = new SecretBytes(vector.Key);
        using var mac = tested.Engine.CreateMac(vector.Algorithm, key);
        Assert.True(mac.Verify(vector.Octets, vector.Icv), vector.Name);
        Assert.False(mac.Verify(PacketForge.WithBitTurned(vector.Octets, 100), vector.Icv), vector.Name);
        Assert.False(mac.Verify(vector.Octets, PacketForge.WithBitTurned(vector.Icv, 2)), vector.Name);
        Assert.False(mac.Verify(vector.Octets, vector.Icv.AsSpan(1)), vector.Name);
        if (vector.Algorithm != IntegrityAlgorithm.AesGmac)
        {
            var signed = new byte[mac.IcvLength];
            mac.Sign(vector.Octets, 1, signed);
            Assert.Equal(vector.Icv, signed);
        }
    }

    /// <summary>Whether padding counts up from one to its length before the next header (RFC 4303 §2.4).</summary>
    public static bool HasTrailer(byte[] payload)
    {
        var padding = payload[^2];
        return padding + 2 <= payload.Length && Enumerable.Range(1, padding).All(i => payload[payload.Length - 3 - padding + i] == i);
    }
}
