using System.Buffers.Binary;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>The IKE SA that follows another (RFC 7296 §2.18): fresh keys from SK_d and a fresh exchange, numbers from zero, the same path and session.</summary>
internal static class SuccessorSa
{
    /// <summary>Makes it and adds it to the index; the secrets, of the first key exchange and of further ones, stay their owner's.</summary>
    public static IkeSaV2 Make(PeerSession session, IkeSaV2 former, bool isInitiator, IkeSpis spis, IkeSuite suite, NoncePair nonces, SecretBytes shared, IReadOnlyList<SecretBytes> further, in IkeTurn turn)
    {
        var sa = new IkeSaV2(session.Host, session, isInitiator, spis, former.Path, turn) { Room = former.Room };
        using (var seed = KeySeed.OfRekey(former.Protection!.Suite.Prf, former.Protection.Keys.Derivation, shared, nonces, further))
        {
            sa.Protect(new(suite, SkKeys.Derive(suite, seed, nonces, spis), isInitiator));
        }

        session.Host.Index.Add(sa);
        sa.Enter(new Established(session, sa, turn), turn);
        session.Host.Timers.Schedule(sa);
        return sa;
    }

    /// <summary>The SPI of an IKE SA as a proposal carries it.</summary>
    public static Octets ToOctets(ulong spi)
    {
        Span<byte> octets = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(octets, spi);
        return new(octets);
    }

    /// <summary>The SPI a proposal carries.</summary>
    public static ulong Read(Octets spi) => BinaryPrimitives.ReadUInt64BigEndian(spi.Span);
}
