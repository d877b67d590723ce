namespace IpsecDp.Ike.Messages.Notifies;

/// <summary>What follows from a notification's type alone.</summary>
public static class NotifyTypes
{
    /// <summary>The first number of the states.</summary>
    public const ushort FirstState = 16384;

    private static readonly Dictionary<NotifyType, string> Names = new()
    {
        [NotifyType.UnsupportedCriticalPayload] = "UNSUPPORTED_CRITICAL_PAYLOAD",
        [NotifyType.InvalidIkeSpi] = "INVALID_IKE_SPI",
        [NotifyType.InvalidMajorVersion] = "INVALID_MAJOR_VERSION",
        [NotifyType.InvalidSyntax] = "INVALID_SYNTAX",
        [NotifyType.InvalidMessageId] = "INVALID_MESSAGE_ID",
        [NotifyType.InvalidSpi] = "INVALID_SPI",
        [NotifyType.NoProposalChosen] = "NO_PROPOSAL_CHOSEN",
        [NotifyType.InvalidKePayload] = "INVALID_KE_PAYLOAD",
        [NotifyType.AuthenticationFailed] = "AUTHENTICATION_FAILED",
        [NotifyType.SinglePairRequired] = "SINGLE_PAIR_REQUIRED",
        [NotifyType.NoAdditionalSas] = "NO_ADDITIONAL_SAS",
        [NotifyType.InternalAddressFailure] = "INTERNAL_ADDRESS_FAILURE",
        [NotifyType.FailedCpRequired] = "FAILED_CP_REQUIRED",
        [NotifyType.TsUnacceptable] = "TS_UNACCEPTABLE",
        [NotifyType.InvalidSelectors] = "INVALID_SELECTORS",
        [NotifyType.UnacceptableAddresses] = "UNACCEPTABLE_ADDRESSES",
        [NotifyType.UnexpectedNatDetected] = "UNEXPECTED_NAT_DETECTED",
        [NotifyType.TemporaryFailure] = "TEMPORARY_FAILURE",
        [NotifyType.ChildSaNotFound] = "CHILD_SA_NOT_FOUND",
        [NotifyType.AuthorizationFailed] = "AUTHORIZATION_FAILED",
        [NotifyType.StateNotFound] = "STATE_NOT_FOUND",
        [NotifyType.InitialContact] = "INITIAL_CONTACT",
        [NotifyType.SetWindowSize] = "SET_WINDOW_SIZE",
        [NotifyType.AdditionalTsPossible] = "ADDITIONAL_TS_POSSIBLE",
        [NotifyType.IpcompSupported] = "IPCOMP_SUPPORTED",
        [NotifyType.NatDetectionSourceIp] = "NAT_DETECTION_SOURCE_IP",
        [NotifyType.NatDetectionDestinationIp] = "NAT_DETECTION_DESTINATION_IP",
        [NotifyType.Cookie] = "COOKIE",
        [NotifyType.UseTransportMode] = "USE_TRANSPORT_MODE",
        [NotifyType.HttpCertLookupSupported] = "HTTP_CERT_LOOKUP_SUPPORTED",
        [NotifyType.RekeySa] = "REKEY_SA",
        [NotifyType.EspTfcPaddingNotSupported] = "ESP_TFC_PADDING_NOT_SUPPORTED",
        [NotifyType.NonFirstFragmentsAlso] = "NON_FIRST_FRAGMENTS_ALSO",
        [NotifyType.MobikeSupported] = "MOBIKE_SUPPORTED",
        [NotifyType.AdditionalIp4Address] = "ADDITIONAL_IP4_ADDRESS",
        [NotifyType.AdditionalIp6Address] = "ADDITIONAL_IP6_ADDRESS",
        [NotifyType.NoAdditionalAddresses] = "NO_ADDITIONAL_ADDRESSES",
        [NotifyType.UpdateSaAddresses] = "UPDATE_SA_ADDRESSES",
        [NotifyType.Cookie2] = "COOKIE2",
        [NotifyType.NoNatsAllowed] = "NO_NATS_ALLOWED",
        [NotifyType.AuthLifetime] = "AUTH_LIFETIME",
        [NotifyType.MultipleAuthSupported] = "MULTIPLE_AUTH_SUPPORTED",
        [NotifyType.AnotherAuthFollows] = "ANOTHER_AUTH_FOLLOWS",
        [NotifyType.RedirectSupported] = "REDIRECT_SUPPORTED",
        [NotifyType.Redirect] = "REDIRECT",
        [NotifyType.RedirectedFrom] = "REDIRECTED_FROM",
        [NotifyType.EapOnlyAuthentication] = "EAP_ONLY_AUTHENTICATION",
        [NotifyType.ChildlessIkev2Supported] = "CHILDLESS_IKEV2_SUPPORTED",
        [NotifyType.QuickCrashDetection] = "QUICK_CRASH_DETECTION",
        [NotifyType.MessageIdSyncSupported] = "IKEV2_MESSAGE_ID_SYNC_SUPPORTED",
        [NotifyType.FragmentationSupported] = "IKEV2_FRAGMENTATION_SUPPORTED",
        [NotifyType.SignatureHashAlgorithms] = "SIGNATURE_HASH_ALGORITHMS",
        [NotifyType.CloneIkeSaSupported] = "CLONE_IKE_SA_SUPPORTED",
        [NotifyType.Puzzle] = "PUZZLE",
        [NotifyType.UsePpk] = "USE_PPK",
        [NotifyType.PpkIdentity] = "PPK_IDENTITY",
        [NotifyType.NoPpkAuth] = "NO_PPK_AUTH",
        [NotifyType.IntermediateExchangeSupported] = "INTERMEDIATE_EXCHANGE_SUPPORTED",
        [NotifyType.Ip4Allowed] = "IP4_ALLOWED",
        [NotifyType.Ip6Allowed] = "IP6_ALLOWED",
        [NotifyType.AdditionalKeyExchange] = "ADDITIONAL_KEY_EXCHANGE",
    };

    /// <summary>Whether it says that something failed; an error that is not known means failure all the same (RFC 7296 §3.10.1).</summary>
    public static bool IsError(NotifyType type) => (ushort)type < FirstState;

    /// <summary>The name in the registry, or the number.</summary>
    public static string Name(NotifyType type) => Names.TryGetValue(type, out var name) ? name : $"{(ushort)type}";
}
