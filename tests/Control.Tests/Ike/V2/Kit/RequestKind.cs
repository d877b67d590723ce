namespace Control.Tests.Ike.V2.Kit;

/// <summary>Every kind of request an end sends.</summary>
public enum RequestKind
{
    Init,
    Intermediate,
    Auth,
    CreateChild,
    RekeyChild,
    RekeyIke,
    Followup,
    Probe,
    DeleteChild,
    DeleteIke,
    MoveAddresses,
}
