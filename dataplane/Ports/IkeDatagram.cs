using System.Net;

namespace IpsecDp.Ports;

/// <summary>One IKE message with the addresses it came over.</summary>
public sealed record IkeDatagram(byte[] Message, IPEndPoint Local, IPEndPoint Remote);
