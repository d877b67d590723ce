namespace IpsecDp.Ike.Messages.Protection;

/// <summary>The keys of one direction of an IKE SA at work on the body of an SK or SKF payload (RFC 7296 §3.14, RFC 5282, RFC 7383 §2.5); used by one thread at a time.</summary>
/// <remarks>A body is IV, then text (payloads, padding, pad length), then ICV. The associated octets are the message from its header up to the body. An AEAD takes them as its additional data; beside a cipher that is not combined, the MAC covers associated octets, IV and ciphertext.</remarks>
public interface IIkeCipher
{
    /// <summary>Octets of the IV in front of each body.</summary>
    int IvLength { get; }

    /// <summary>The text is a multiple of this many octets; 1 where any length does.</summary>
    int BlockLength { get; }

    /// <summary>Octets of the ICV at the end of each body.</summary>
    int IcvLength { get; }

    /// <summary>Writes an IV that was never used with the key (unpredictable where the mode asks for it), encrypts the text in place and writes the ICV.</summary>
    void Seal(ReadOnlySpan<byte> associated, Span<byte> body);

    /// <summary>Checks the ICV in constant time and decrypts the text in place; false leaves no plaintext behind. A body shorter than IV and ICV, or off the block length, is false too.</summary>
    bool TryOpen(ReadOnlySpan<byte> associated, Span<byte> body);
}
