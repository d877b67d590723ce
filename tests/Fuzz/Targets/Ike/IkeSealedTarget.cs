using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Protection;

namespace IpsecDp.Fuzz.Targets.Ike;

/// <summary>A sealed message from a peer that has the keys and lies.</summary>
public sealed class IkeSealedTarget : IFuzzTarget
{
    private readonly byte[] _datagram = new byte[InputMutator.MaximumLength];
    private readonly PlainIkeCipher _cipher = new(IkeSeeds.Cipher.IvLength, IkeSeeds.Cipher.BlockLength, IkeSeeds.Cipher.IcvLength, believesAll: true);

    /// <inheritdoc/>
    public string Name => "ike-sealed";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var datagram = _datagram.AsSpan(0, input.Length);
        input.CopyTo(datagram);
        if (!IkeHeader.TryRead(datagram, out var header, out _) || !EncryptedFrame.TryFind(header, datagram, out var frame, out var failure))
        {
            return;
        }

        Promise.Holds(frame.AssociatedLength <= datagram.Length && frame.Number >= 1 && frame.Number <= frame.Total, "a frame lies in its datagram");
        if (frame.IsFragment)
        {
            Promise.Holds(MessageOpener.TryOpenFragment(datagram, header, frame, _cipher, out var fragment, out failure) == (fragment is not null), "a fragment is opened or refused");
            return;
        }

        var isOpen = MessageOpener.TryOpen(datagram, header, frame, _cipher, out var message, out failure);
        Promise.Holds(isOpen == (message is not null) && isOpen == (failure.Fault == IkeFault.None), "a message is opened or refused by name");
        if (message is not null)
        {
            var again = new byte[MessageSealer.LengthOf(message.Value, _cipher)];
            Promise.Holds(MessageSealer.TrySeal(message.Value, _cipher, again, out var written) && written == again.Length, "what was opened can be sealed");
        }
    }
}
