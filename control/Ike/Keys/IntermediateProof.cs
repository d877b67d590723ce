using System.Buffers.Binary;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys;

/// <summary>
/// What AUTH proves of the IKE_INTERMEDIATE exchanges: IntAuth_i, IntAuth_r and the message number of the first IKE_AUTH, RFC 9242 §3.3.2.
/// Each exchange uses the SK_p keys that were valid when its messages were sent.
/// </summary>
public sealed class IntermediateProof(PrfTransform prf)
{
    private const int HeaderLength = 28;
    private const int PayloadHeaderLength = 4;
    private const int LengthOffset = 24;

    private byte[] _initiator = [];
    private byte[] _responder = [];

    /// <summary>Takes in the request: IntAuth_iN = prf(SK_piN, IntAuth_iN-1 | A | P).</summary>
    /// <param name="proofKey">SK_pi of this exchange.</param>
    /// <param name="header">A: from the IKE header to the end of the Encrypted payload's header; its two length fields are put right here.</param>
    /// <param name="inner">P: the payloads inside, in clear, without padding.</param>
    public void AddRequest(SecretBytes proofKey, ReadOnlySpan<byte> header, ReadOnlySpan<byte> inner) => _initiator = Next(proofKey, _initiator, header, inner);

    /// <summary>Takes in the response, with SK_pr.</summary>
    public void AddResponse(SecretBytes proofKey, ReadOnlySpan<byte> header, ReadOnlySpan<byte> inner) => _responder = Next(proofKey, _responder, header, inner);

    /// <summary>IntAuth_iN | IntAuth_rN | IKE_AUTH_MID; nothing if there was no such exchange.</summary>
    public byte[] Conclude(uint authMessageId)
    {
        if (_initiator.Length == 0)
        {
            return [];
        }

        byte[] proof = [.. _initiator, .. _responder, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(proof.AsSpan(proof.Length - 4), authMessageId);
        return proof;
    }

    private byte[] Next(SecretBytes proofKey, byte[] previous, ReadOnlySpan<byte> header, ReadOnlySpan<byte> inner)
    {
        ArgumentNullException.ThrowIfNull(proofKey);
        ArgumentOutOfRangeException.ThrowIfLessThan(header.Length, HeaderLength + PayloadHeaderLength);

        // RFC 9242 §3.3.2: neither length counts IV, padding, pad length and checksum.
        byte[] adjusted = [.. header];
        BinaryPrimitives.WriteInt32BigEndian(adjusted.AsSpan(LengthOffset), header.Length + inner.Length);
        BinaryPrimitives.WriteUInt16BigEndian(adjusted.AsSpan(header.Length - 2), checked((ushort)(inner.Length + PayloadHeaderLength)));
        using var mac = Macs.KeyedMac.ForPrf(prf, proofKey.Reveal());
        mac.Append(previous);
        mac.Append(adjusted);
        mac.Append(inner);
        var next = new byte[prf.OutputLength];
        mac.Finish(next);
        return next;
    }
}
