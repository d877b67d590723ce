namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>Control octets of the unnumbered LLC frames LDLC uses (ISO 8802-2 §5.4), with the poll/final bit where LDLC sets it.</summary>
internal static class LlcControl
{
    public const byte UnnumberedInformation = 0x03;
    public const byte DisconnectedMode = 0x1F;
    public const byte Disconnect = 0x53;
    public const byte ExchangeIdentification = 0xBF;
    public const byte Test = 0xF3;
}
