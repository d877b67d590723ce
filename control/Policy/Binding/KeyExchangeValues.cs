using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Algorithms, intervals and files of key exchanges; algorithms come out under their IANA names.</summary>
internal static class KeyExchangeValues
{
    /// <summary>The word for a child without a key exchange of its own.</summary>
    public const string NoGroup = "none";

    private const uint MostMinutes = 527_040;
    private const uint MostSeconds = 86_400;
    private const uint MostRetries = 12;
    private const uint MostOfALimit = 65_535;
    private const uint MostInitialWait = 60;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly (string Word, string Value)[] Groups =
    [
        ("Group31", "curve25519"), ("Group19", "ecp-256"), ("Group20", "ecp-384"), ("Group21", "ecp-521"), ("Group14", "modp-2048"), ("Group15", "modp-3072"),
        ("Group16", "modp-4096"), ("Group17", "modp-6144"), ("Group18", "modp-8192"), ("Group24", "modp-2048-256"), ("Group5", "modp-1536"), ("Group2", "modp-1024"),
    ];

    private static readonly ValueParser<string> AnyGroup = Choice.Of(Groups);

    private static readonly ValueParser<string> AnyMethod = Choice.Of([.. Groups, ("MlKem512", "ml-kem-512"), ("MlKem768", "ml-kem-768"), ("MlKem1024", "ml-kem-1024")]);

    /// <summary>HowToVerifyMsgs.</summary>
    public static ValueParser<string> Integrity { get; } = Choice.Of(
        ("HMAC_SHA2_256_128", "hmac-sha2-256-128"), ("HMAC_SHA2_384_192", "hmac-sha2-384-192"), ("HMAC_SHA2_512_256", "hmac-sha2-512-256"),
        ("HMAC_SHA1_96", "hmac-sha1-96"), ("AES128_XCBC_96", "aes-xcbc-96"), ("AES_CMAC_96", "aes-cmac-96"));

    /// <summary>PseudoRandomFunction.</summary>
    public static ValueParser<string> Prf { get; } = Choice.Of(
        ("HMAC_SHA2_256", "hmac-sha2-256"), ("HMAC_SHA2_384", "hmac-sha2-384"), ("HMAC_SHA2_512", "hmac-sha2-512"),
        ("HMAC_SHA1", "hmac-sha1"), ("AES128_XCBC", "aes-xcbc"), ("AES128_CMAC", "aes-cmac"));

    /// <summary>HowToAuthMe and HowToAuthPeer.</summary>
    public static ValueParser<AuthenticationWay> Way { get; } = Choice.Of(
        ("PresharedKey", AuthenticationWay.SharedKey), ("DigitalSignature", AuthenticationWay.Signature), ("RsaSignature", AuthenticationWay.Signature),
        ("ECDSA-256", AuthenticationWay.Signature), ("ECDSA-384", AuthenticationWay.Signature), ("ECDSA-521", AuthenticationWay.Signature));

    /// <summary>A group by its number, as DHGroup takes it.</summary>
    public static bool Group(ValueCursor cursor, out string group) => Method(cursor, AnyGroup, out group);

    /// <summary>A group, or ML-KEM by its parameter set, as AdditionalKeyExchange takes it.</summary>
    public static bool Additional(ValueCursor cursor, out string method) => Method(cursor, AnyMethod, out method);

    /// <summary>A group or None, as InitiateWithPfs takes it.</summary>
    public static bool Pfs(ValueCursor cursor, out string group)
    {
        group = NoGroup;
        return cursor.TrySkip("None") || Group(cursor, out group);
    }

    /// <summary>IKEv2, or DoNot; whether this host starts.</summary>
    public static bool Initiation(ValueCursor cursor, out bool initiates)
    {
        initiates = true;
        if (!cursor.TryTake("IKEv2 or DoNot", out var word))
        {
            return false;
        }

        initiates = word.Is("IKEv2");
        return initiates || word.Is("DoNot")
            || cursor.Refuse(word, word.Is("Main") || word.Is("Aggressive") ? ConfigRule.Unsupported : ConfigRule.Value, $"{word.Quote()} is not IKEv2 or DoNot; IKEv1 is not supported");
    }

    /// <summary>Minutes from one to a year.</summary>
    public static bool Minutes(ValueCursor cursor, out TimeSpan time) => Time(cursor, Minute, 1, MostMinutes, out time);

    /// <summary>Minutes; 0 for never.</summary>
    public static bool MinutesOrNever(ValueCursor cursor, out TimeSpan time) => Time(cursor, Minute, 0, MostMinutes, out time);

    /// <summary>Seconds up to a day; 0 for never.</summary>
    public static bool SecondsOrNever(ValueCursor cursor, out TimeSpan time) => Time(cursor, Second, 0, MostSeconds, out time);

    /// <summary>Seconds from one to a day.</summary>
    public static bool Seconds(ValueCursor cursor, out TimeSpan time) => Time(cursor, Second, 1, MostSeconds, out time);

    /// <summary>IkeInitWait.</summary>
    public static bool InitialWait(ValueCursor cursor, out TimeSpan time) => Time(cursor, Second, 1, MostInitialWait, out time);

    /// <summary>IkeRetries.</summary>
    public static bool Retries(ValueCursor cursor, out int retries)
    {
        var isRead = cursor.TryNumber("retries", 1, MostRetries, out var number);
        retries = (int)number;
        return isRead;
    }

    /// <summary>PeerSessionLimit, AddressSessionLimit and ChildLimit.</summary>
    public static bool Limit(ValueCursor cursor, out int most)
    {
        var isRead = cursor.TryNumber("a number", 1, MostOfALimit, out var number);
        most = (int)number;
        return isRead;
    }

    /// <summary>None, or kilobytes of 1024 octets as z/OS counts them; in octets.</summary>
    public static bool Lifesize(ValueCursor cursor, out long octets)
    {
        octets = 0;
        if (cursor.TrySkip("None"))
        {
            return true;
        }

        var isRead = cursor.TryNumber("None or kilobytes", 1, uint.MaxValue, out var number);
        octets = (long)number << 10;
        return isRead;
    }

    /// <summary>The name of a file; one with blanks cannot be written.</summary>
    public static bool File(ValueCursor cursor, out FileReference file)
    {
        var isRead = cursor.TryTake("the name of a file", out var word);
        file = new FileReference(isRead ? word.Text() : string.Empty, word.Position);
        return isRead;
    }

    /// <summary><c>File</c> and its name, or the key itself behind <c>Ascii</c> or <c>Hex</c>.</summary>
    public static bool SharedKey(ValueCursor cursor, out SharedKey key)
    {
        key = null!;
        if (!cursor.TryPeek(out var form))
        {
            return cursor.Refuse(cursor.Keyword, ConfigRule.Missing, "SharedKey needs File, Ascii or Hex");
        }

        if (form.Is("Ebcdic"))
        {
            return cursor.Refuse(form, ConfigRule.Unsupported, "Ebcdic is not supported: give the octets in Hex");
        }

        if (!cursor.TrySkip("File"))
        {
            if (!KeyValues.Key(cursor, out var octets))
            {
                return false;
            }

            key = new SharedKey(form.Position, octets, null);
            return true;
        }

        if (!File(cursor, out var file))
        {
            return false;
        }

        key = new SharedKey(form.Position, null, file);
        return true;
    }

    private static bool Time(ValueCursor cursor, TimeSpan unit, uint least, uint most, out TimeSpan time)
    {
        var isRead = cursor.TryNumber(unit == Minute ? "minutes" : "seconds", least, most, out var number);
        time = number * unit;
        return isRead;
    }

    private static bool Method(ValueCursor cursor, ValueParser<string> any, out string method)
    {
        method = string.Empty;
        return cursor.TryPeek(out var word) && word.Is("Group1")
            ? cursor.Refuse(word, ConfigRule.Unsupported, "Group1 is not supported: its 768 bits are broken")
            : any(cursor, out method!);
    }
}
