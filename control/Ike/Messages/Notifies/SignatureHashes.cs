using System.Buffers.Binary;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Notifies;

/// <summary>SIGNATURE_HASH_ALGORITHMS (RFC 7427 §4): the hashes a peer checks signatures with.</summary>
public sealed record SignatureHashes(ValueList<SignatureHash> Hashes)
{
    /// <summary>Reads the list; false for another notification.</summary>
    public static bool TryRead(NotifyPayload payload, out SignatureHashes hashes)
    {
        ArgumentNullException.ThrowIfNull(payload);
        hashes = new([]);
        if (payload.Notify != NotifyType.SignatureHashAlgorithms)
        {
            return false;
        }

        var read = new SignatureHash[payload.Data.Length / 2];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = (SignatureHash)BinaryPrimitives.ReadUInt16BigEndian(payload.Data.Span[(2 * i)..]);
        }

        hashes = new([.. read]);
        return true;
    }

    /// <summary>The notification.</summary>
    public NotifyPayload ToPayload()
    {
        var octets = new byte[2 * Hashes.Count];
        for (var i = 0; i < Hashes.Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(2 * i), (ushort)Hashes[i]);
        }

        return new(NotifyType.SignatureHashAlgorithms, new(octets));
    }
}
