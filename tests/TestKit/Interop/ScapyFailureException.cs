namespace IpsecDp.TestKit.Interop;

/// <summary>scapy raised an exception; the message begins with its type.</summary>
public sealed class ScapyFailureException(string message) : Exception(message);
