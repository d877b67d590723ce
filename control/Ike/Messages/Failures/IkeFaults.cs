namespace IpsecDp.Ike.Messages.Failures;

/// <summary>The sentence an operator reads for each fault, and its family.</summary>
public static class IkeFaults
{
    /// <summary>How many faults there are, <see cref="IkeFault.None"/> included.</summary>
    public static int Count { get; } = Enum.GetValues<IkeFault>().Length;

    /// <summary>The family of a fault.</summary>
    public static IkeFaultFamily FamilyOf(IkeFault fault) => fault switch
    {
        IkeFault.None => IkeFaultFamily.None,
        <= IkeFault.OtherVersion => IkeFaultFamily.Header,
        <= IkeFault.IncompleteSelectorPair => IkeFaultFamily.Chain,
        <= IkeFault.EapRefused => IkeFaultFamily.Payload,
        <= IkeFault.RoomTooSmall => IkeFaultFamily.Encryption,
        <= IkeFault.ReassemblyTooLarge => IkeFaultFamily.Fragment,
        <= IkeFault.SinglePairRequired => IkeFaultFamily.Negotiation,
        _ => IkeFaultFamily.State,
    };

    /// <summary>What happened, in one sentence.</summary>
    public static string Sentence(IkeFault fault) => FamilyOf(fault) switch
    {
        IkeFaultFamily.None => "The message was not refused.",
        IkeFaultFamily.Header or IkeFaultFamily.Chain => OfChain(fault),
        IkeFaultFamily.Payload => OfPayload(fault),
        IkeFaultFamily.Encryption or IkeFaultFamily.Fragment => OfProtection(fault),
        IkeFaultFamily.Negotiation => OfNegotiation(fault),
        _ => OfState(fault),
    };

    private static string OfChain(IkeFault fault) => fault switch
    {
        IkeFault.DatagramTooShort => "The datagram is shorter than an IKE header.",
        IkeFault.LengthMismatch => "The header's length is not that of the datagram.",
        IkeFault.UnsupportedVersion => "The message is of a major version that is not spoken here.",
        IkeFault.NoInitiatorSpi => "The initiator's SPI is zero.",
        IkeFault.OtherVersion => "The message is of another IKE version than the SA it came for.",
        IkeFault.PayloadTruncated => "The chain names a payload for which no header is left.",
        IkeFault.PayloadTooShort => "A payload's length is less than its own header.",
        IkeFault.PayloadPastEnd => "A payload reaches past the end of the message.",
        IkeFault.OctetsBehindChain => "Octets follow the last payload.",
        IkeFault.TooManyPayloads => "The message has more payloads than are read.",
        IkeFault.UnknownCriticalPayload => "A payload of unknown type is marked critical.",
        IkeFault.DuplicatePayload => "A payload that may come once came twice.",
        IkeFault.MissingPayload => "A payload the exchange needs is missing.",
        _ => "Of the initiator's and the responder's selectors one is missing.",
    };

    private static string OfPayload(IkeFault fault) => fault switch
    {
        IkeFault.BodyTooShort => "A payload ends before its fields do.",
        IkeFault.BodyTooLong => "A payload goes on behind its last field.",
        IkeFault.NoProposal => "The SA payload proposes nothing.",
        IkeFault.TooManyProposals => "The SA payload has more proposals than are read.",
        IkeFault.ProposalLength => "A proposal's length contradicts its payload or its contents.",
        IkeFault.ProposalChain => "A mark for the last proposal or transform contradicts what follows it.",
        IkeFault.ProposalNumber => "The proposals are not numbered one after the other.",
        IkeFault.NoTransform => "A proposal has no transform.",
        IkeFault.TooManyTransforms => "The SA payload has more transforms than are read.",
        IkeFault.TransformLength => "A transform's length contradicts its proposal.",
        IkeFault.TransformCount => "A proposal has not as many transforms as it says.",
        IkeFault.AttributeLength => "An attribute's length contradicts what holds it.",
        IkeFault.TooManyAttributes => "A transform or configuration has more attributes than are read.",
        IkeFault.KeyExchangeLength => "Key exchange data is empty or larger than any method's.",
        IkeFault.IdentificationLength => "An identification is not as long as its type asks.",
        IkeFault.IdentificationText => "An identification's name holds control characters or is no UTF-8.",
        IkeFault.IdentificationName => "An identification's distinguished or general name is no valid DER.",
        IkeFault.CertificateLength => "A certificate is empty or larger than is read.",
        IkeFault.AuthorityLength => "A certificate request is no list of authority hashes.",
        IkeFault.AuthenticationLength => "Authentication data is empty or larger than any method's.",
        IkeFault.DigitalSignature => "A digital signature does not begin with a valid algorithm identifier.",
        IkeFault.NonceLength => "A nonce has fewer than 16 or more than 256 octets.",
        IkeFault.NotifySpi => "A notification's SPI does not fit its protocol or type.",
        IkeFault.NotifyData => "A notification's data does not fit its type.",
        IkeFault.DeleteProtocol => "A delete names no protocol with SPIs of the size it says.",
        IkeFault.DeleteCount => "A delete has not as many SPIs as it says.",
        IkeFault.TooManySpis => "A delete has more SPIs than are read.",
        IkeFault.VendorIdLength => "A vendor id is larger than is read.",
        IkeFault.NoSelector => "A selector payload has no selector.",
        IkeFault.TooManySelectors => "A selector payload has more selectors than are read.",
        IkeFault.SelectorLength => "A selector is not as long as its type asks.",
        IkeFault.SelectorCount => "A selector payload has not as many selectors as it says.",
        IkeFault.SelectorRange => "A selector's range ends before it begins.",
        IkeFault.ConfigurationType => "A configuration payload is of unknown type.",
        IkeFault.ConfigurationValue => "A configuration attribute is not as long as its type asks.",
        _ => "The peer speaks EAP, which is not offered here.",
    };

    private static string OfProtection(IkeFault fault) => fault switch
    {
        IkeFault.NotEncrypted => "The message is not encrypted and has to be.",
        IkeFault.EncryptedInInit => "The first exchange cannot be encrypted and claims to be.",
        IkeFault.NestedEncryption => "An encrypted payload holds another.",
        IkeFault.EncryptedTooShort => "An encrypted payload is shorter than its IV, pad length and ICV.",
        IkeFault.IntegrityFailed => "The ICV is wrong: the message was changed or sealed with another key.",
        IkeFault.BadPadding => "The pad length is more than what was decrypted.",
        IkeFault.RoomTooSmall => "The message does not fit the room it is written to.",
        IkeFault.FragmentNumbers => "A fragment's number is zero or more than its total.",
        IkeFault.TooManyFragments => "A message is in more fragments than are joined.",
        IkeFault.FragmentTotalShrank => "A fragment is of a coarser cut than those already here.",
        IkeFault.FragmentOfOther => "A fragment is of another message than those already here.",
        IkeFault.FragmentEmpty => "A fragment carries nothing.",
        _ => "The fragments together exceed the largest message.",
    };

    private static string OfNegotiation(IkeFault fault) => fault switch
    {
        IkeFault.NoProposalChosen => "No proposal of the peer fits an offer of ours.",
        IkeFault.ProposalNotOffered => "The peer chose what was not offered to it.",
        IkeFault.KeyExchangeMismatch => "The key exchange is of another method than the proposal chosen.",
        IkeFault.SelectorsUnacceptable => "No traffic the peer asks for is allowed by policy.",
        IkeFault.SelectorsWidened => "The peer answered with traffic it was not offered.",
        IkeFault.SinglePairRequired => "Policy wants one pair of addresses per SA and the peer asks for more.",
        _ => "An unnamed fault.",
    };

    private static string OfState(IkeFault fault) => fault switch
    {
        IkeFault.UnknownSa => "No IKE SA here has the SPI the message names.",
        IkeFault.UnknownPeer => "No connection of the policy is for these addresses.",
        IkeFault.OtherRole => "The message claims to come from this end of the IKE SA.",
        IkeFault.MessageIdOutside => "The message's number is neither the one expected nor the one before.",
        IkeFault.UnexpectedMessage => "The IKE SA does not wait for a message of this exchange.",
        IkeFault.TooManyHalfOpen => "Too many IKE SAs wait for their peer to prove itself.",
        IkeFault.TooManyNewcomers => "Too many first requests wait for their turn; peers that are known go before them.",
        IkeFault.CookieInvalid => "The cookie is not one that was given to this peer.",
        IkeFault.AuthenticationFailed => "The peer did not prove an identity the policy takes.",
        IkeFault.RateLimited => "More was asked than is answered in a second.",
        IkeFault.TooManyOfPeer => "The peer proved who it is and has as many sessions as one peer may.",
        IkeFault.TooManyOfAddress => "Peers at this address have as many sessions as one address may.",
        IkeFault.NumbersUsedUp => "The IKE SA has no message numbers left.",
        IkeFault.CrashTokenWrong => "The peer's loss of the IKE SA is not proved by the token it gave.",
        IkeFault.SpiNoticeUnfounded => "A notification in clear names no SPI that is sealed with to its sender.",
        IkeFault.ErrorHere => "An error of this program came up before anything proved who sent the message.",
        _ => "An unnamed fault.",
    };
}
